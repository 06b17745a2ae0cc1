using Ingest.Formats.Csv;
using Ingest.Postgres;

namespace Ingest.Plan;

/// <summary>The table that <c>--create-table</c> makes.</summary>
/// <param name="Sql">The CREATE TABLE statement.</param>
/// <param name="Note">What was made, for the operator.</param>
internal sealed record TableDefinition(string Sql, string Note)
{
    /// <summary>MaxHeapAttributeNumber (htup_details.h): the most columns of a table.</summary>
    private const int MaxColumns = 1600;

    /// <summary>TEXT columns, or inferred types, and the key.</summary>
    /// <exception cref="PlanException">A name cannot be made an identifier, or the key is not in the file.</exception>
    public static TableDefinition From(CsvProbe probe, IReadOnlyList<string> header, LoadJob job)
    {
        if (header.Count > MaxColumns) throw PlanErrors.TooManyColumns(probe.File.Name, header.Count, MaxColumns);
        var names = ColumnName.Normalize(header, probe.File.Name);
        var types = Enumerable.Repeat("text", names.Length).ToArray();
        var note = $"created {job.Table} with text columns";
        if (job.PreserveTypes)
        {
            var inferred = SampledTypes.Of(probe, names.Length, job);
            types = inferred.Types;
            note = $"created {job.Table} with types inferred from {inferred.Sampled} records of {probe.File.Name}";
        }
        foreach (var key in job.Key)
        {
            if (!names.Contains(key)) throw PlanErrors.KeyNotInFile(probe.File.Name, key, names);
        }
        return new(CreateTableSql.Build(job.Table, [.. names.Zip(types)], job.Key), note);
    }
}
