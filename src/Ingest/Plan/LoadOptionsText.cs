using Ingest.Lanes;

namespace Ingest.Plan;

/// <summary>
/// The options that decide what a record of a file is and where it goes, as one line. A resume must have the same line:
/// else the records after the watermark would be read otherwise than those before it.
/// </summary>
internal static class LoadOptionsText
{
    /// <summary>Writes the line.</summary>
    /// <param name="job">The job.</param>
    /// <param name="preview">The file.</param>
    /// <param name="columns">What its columns are loaded into.</param>
    /// <param name="key">The columns that deal its records to lanes.</param>
    /// <param name="zone">The session's time zone.</param>
    public static string Of(LoadJob job, FilePreview preview, MatchedColumns columns, IReadOnlyList<string> key, string zone)
    {
        var parts = new List<string> { $"dealing={Dealer.Version}" };
        parts.AddRange(preview.Options);
        parts.Add($"columns={string.Join(',', columns.Columns.Select((c, i) => $"{columns.FieldOf[i]}:{c.Name}"))}");
        // The types of other columns may change: their values are converted anew, and a reject is dealt by its key too.
        if (key.Count > 0) parts.Add($"key={string.Join(',', key.Select(k => $"{k}:{TypeOf(columns, k)}"))}");
        if (columns.Columns.Any(c => c.Type.Name.Contains("tz", StringComparison.Ordinal))) parts.Add($"zone={zone}");
        if (job.Tolerant) parts.Add($"tolerant={job.TolerantMode}");
        if (job.ExtraColumns == ExtraColumns.Ignore) parts.Add("extra-columns=ignore");
        if (job.OnDuplicate is { } repeated and not OnDuplicate.Last) parts.Add($"on-duplicate={repeated}");
        parts.AddRange(job.Convert.DateFormats.Select(format => $"date-format={format}"));
        if (job.Convert.DecimalComma) parts.Add("decimal-comma");
        return string.Join(' ', parts);
    }

    private static string TypeOf(MatchedColumns columns, string key)
    {
        var type = columns.Columns.First(c => c.Name == key).Type;
        return type.Modifier < 0 ? type.Name : $"{type.Name}({type.Modifier})";
    }
}
