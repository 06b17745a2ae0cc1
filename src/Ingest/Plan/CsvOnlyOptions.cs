using Ingest.Formats.Csv;

namespace Ingest.Plan;

/// <summary>Options that a run without any CSV file was given in vain.</summary>
internal static class CsvOnlyOptions
{
    private static readonly CsvOptions Defaults = new();

    /// <summary>What to say of them, or nothing.</summary>
    public static IEnumerable<string> Notes(LoadJob job, IEnumerable<FilePreview> previews)
    {
        string[] given = [.. Given(job.Csv)];
        if (given.Length > 0 && previews.All(p => p is ParquetPreview)) yield return $"{string.Join(", ", given)}: without effect, no file is CSV";
    }

    private static IEnumerable<string> Given(CsvOptions csv)
    {
        if (csv.Delimiter is not null) yield return "--delimiter";
        if (csv.Quote != Defaults.Quote) yield return "--quote";
        if (csv.Escape is not null) yield return "--escape";
        if (csv.Null is not null) yield return "--null";
        if (csv.Encoding is not null) yield return "--encoding";
        if (csv.SkipLines != Defaults.SkipLines) yield return "--skip-lines";
        if (csv.Comment is not null) yield return "--comment";
    }
}
