using Ingest.Formats.Parquet;

namespace Ingest.Plan;

/// <summary>What the columns of a Parquet file are called: as it says, unless <c>--no-header</c> and <c>--headers</c> name them as for a CSV file.</summary>
internal static class ParquetNames
{
    /// <summary>
    /// The names of the job, by position; null for the file's own. Those are kept, too, where the job's are among them: a CSV
    /// file of the same run may have its columns in another order.
    /// </summary>
    /// <exception cref="PlanException">The job has no names, or not one for each column.</exception>
    public static IReadOnlyList<string>? Given(ParquetProbe probe, LoadJob job)
    {
        if (!job.Csv.NoHeader) return null;
        var names = job.Headers ?? throw PlanErrors.HeadersNeeded(probe.File.Name);
        if (names.All(name => probe.Header.Contains(name, StringComparer.OrdinalIgnoreCase))) return null;
        return names.Count == probe.Header.Count ? names : throw PlanErrors.ColumnCount(probe.File.Name, names.Count, probe.Header.Count);
    }
}
