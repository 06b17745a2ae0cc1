using Ingest.Lanes;

namespace Ingest.Plan;

/// <summary>
/// The options that decide what a record of a file is and where it goes, as one line. A resume must have the same line:
/// else the records after the watermark would be read otherwise than those before it.
/// </summary>
internal static class LoadOptionsText
{
    /// <summary>Writes the line.</summary>
    public static string Of(LoadJob job, FilePreview preview, MatchedColumns columns, IReadOnlyList<string> key)
    {
        var parts = new List<string> { $"dealing={Dealer.Version}" };
        parts.AddRange(preview.Options);
        parts.Add($"columns={string.Join(',', columns.Columns.Select((c, i) => $"{columns.FieldOf[i]}:{c.Name}"))}");
        if (key.Count > 0) parts.Add($"key={string.Join(',', key)}");
        if (job.Tolerant) parts.Add($"tolerant={job.TolerantMode}");
        if (job.ExtraColumns == ExtraColumns.Ignore) parts.Add("extra-columns=ignore");
        if (job.OnDuplicate is { } repeated and not OnDuplicate.Last) parts.Add($"on-duplicate={repeated}");
        if (job.Convert.DateFormat is { } format) parts.Add($"date-format={format}");
        if (job.Convert.DecimalComma) parts.Add("decimal-comma");
        return string.Join(' ', parts);
    }
}
