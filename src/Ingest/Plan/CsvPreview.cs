using System.Text;
using Ingest.Convert;
using Ingest.Formats.Csv;
using Ingest.Sources;

namespace Ingest.Plan;

/// <summary>The front of a CSV file.</summary>
internal sealed class CsvPreview : FilePreview
{
    private readonly CsvProbe probe;
    private readonly LoadJob job;

    /// <summary>Looks at a source.</summary>
    /// <exception cref="SourceException">It cannot be read, or its encoding cannot be told.</exception>
    /// <exception cref="PlanException">Its column names cannot be used.</exception>
    public CsvPreview(SourceFile file, LoadJob job)
        : base(file)
    {
        this.job = job;
        probe = CsvProbe.Open(file, job.Csv);
        try
        {
            Header = ReadHeader();
        }
        catch
        {
            probe.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Header { get; }

    /// <inheritdoc/>
    public override bool HasOwnHeader => !job.Csv.NoHeader;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Options
    {
        get
        {
            var d = probe.Dialect;
            var parts = new List<string>
            {
                "format=csv",
                $"delimiter={(char)d.Delimiter}",
                $"quote={(d.Quote == 0 ? "none" : (char)d.Quote)}",
                $"encoding={probe.EncodingName}",
            };
            if (d.Escape != d.Quote) parts.Add($"escape={(char)d.Escape}");
            if (d.Comment != 0) parts.Add($"comment={(char)d.Comment}");
            if (job.Csv.Null is { } text) parts.Add($"null={text}");
            if (job.Csv.NoHeader) parts.Add("no-header");
            if (job.Csv.SkipLines > 0) parts.Add($"skip-lines={job.Csv.SkipLines}");
            return parts;
        }
    }

    /// <inheritdoc/>
    public override ColumnTypes Types()
    {
        var values = LikelyValues.Of(probe, ColumnName.Normalize(Header, File.Name), job);
        return new(values.Said.Types, string.Join("; ", values.Notices.Prepend($"types inferred from {values.Said.Sampled} records of {File.Name}")));
    }

    /// <inheritdoc/>
    public override FieldEncoder? FindEncoder(int field, PgType type, ConvertOptions convert) => EncoderCatalog.Find(type, convert);

    /// <inheritdoc/>
    /// <remarks>A CSV file says nothing of its columns but their names.</remarks>
    public override bool SharesColumnsOf(FilePreview other) => other is CsvPreview && Header.SequenceEqual(other.Header);

    /// <inheritdoc/>
    public override FilePlan Plan(MatchedColumns columns, ConvertOptions convert)
    {
        var layout = new CsvLayout(
            probe.Dialect,
            Header,
            columns.FieldOf,
            Encoding.UTF8.GetBytes(job.Csv.Null ?? ""),
            columns.IsText,
            AllowShort: job.Tolerant,
            FillEmpty: job.TolerantMode == TolerantMode.Empty,
            AllowLong: job.ExtraColumns == ExtraColumns.Ignore)
        {
            Replayed = job.Replay is { } replay ? new(Header.ToList().IndexOf(replay.IdColumn), replay) : null,
        };
        return new CsvFilePlan(probe, job.Csv, layout, columns);
    }

    /// <inheritdoc/>
    public override void Forget() => probe.Forget();

    /// <inheritdoc/>
    public override void Dispose() => probe.Dispose();

    private IReadOnlyList<string> ReadHeader()
    {
        var first = probe.FirstRecord;
        if (job.Csv.NoHeader)
        {
            if (job.Headers is not { } names) throw PlanErrors.HeadersNeeded(File.Name);
            if (first.Count > 0 && first.Count != names.Count && !job.Tolerant && job.ExtraColumns == ExtraColumns.Error)
                throw PlanErrors.HeaderCount(File.Name, names.Count, first.Count);
            return names;
        }
        if (first.Count == 0) throw PlanErrors.NoFirstRecord(File.Name, job.Csv);
        CheckNames(File.Name, first, job);
        return first;
    }
}
