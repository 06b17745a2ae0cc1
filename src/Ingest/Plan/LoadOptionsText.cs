using Ingest.Formats.Csv;
using Ingest.Lanes;

namespace Ingest.Plan;

/// <summary>
/// The options that decide what a record of a file is and where it goes, as one line. A resume must have the same line:
/// else the records after the watermark would be read otherwise than those before it.
/// </summary>
internal static class LoadOptionsText
{
    /// <summary>Writes the line.</summary>
    public static string Of(LoadJob job, CsvProbe probe, MatchedColumns columns, IReadOnlyList<string> key)
    {
        var d = probe.Dialect;
        var parts = new List<string>
        {
            $"dealing={Dealer.Version}",
            "format=csv",
            $"delimiter={(char)d.Delimiter}",
            $"quote={(d.Quote == 0 ? "none" : (char)d.Quote)}",
            $"encoding={probe.EncodingName}",
            $"columns={string.Join(',', columns.Columns.Select((c, i) => $"{columns.FieldOf[i]}:{c.Name}"))}",
        };
        if (key.Count > 0) parts.Add($"key={string.Join(',', key)}");
        if (d.Escape != d.Quote) parts.Add($"escape={(char)d.Escape}");
        if (d.Comment != 0) parts.Add($"comment={(char)d.Comment}");
        if (job.Csv.Null is { } text) parts.Add($"null={text}");
        if (job.Csv.NoHeader) parts.Add("no-header");
        if (job.Csv.SkipLines > 0) parts.Add($"skip-lines={job.Csv.SkipLines}");
        if (job.Tolerant) parts.Add($"tolerant={job.TolerantMode}");
        if (job.ExtraColumns == ExtraColumns.Ignore) parts.Add("extra-columns=ignore");
        if (job.OnDuplicate != OnDuplicate.Last) parts.Add($"on-duplicate={job.OnDuplicate}");
        if (job.Convert.DateFormat is { } format) parts.Add($"date-format={format}");
        if (job.Convert.DecimalComma) parts.Add("decimal-comma");
        return string.Join(' ', parts);
    }
}
