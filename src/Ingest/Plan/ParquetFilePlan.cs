using Ingest.Convert;
using Ingest.Formats;
using Ingest.Formats.Parquet;
using Ingest.Formats.Parquet.Encoders;
using Ingest.Manifest.Queries;

namespace Ingest.Plan;

/// <summary>The plan of a Parquet file: of its fields, only those that the target has are read.</summary>
internal sealed class ParquetFilePlan(ParquetProbe probe, LoadJob job, MatchedColumns columns, ConvertOptions convert)
    : FilePlan(probe.File, probe.Identity, columns)
{
    /// <inheritdoc/>
    /// <remarks>Those of the fields that are read: a raw record has no others.</remarks>
    public override IReadOnlyList<string> Header { get; } = [.. columns.FieldOf.Where(f => f >= 0).Order().Select(f => probe.Header[f])];

    /// <inheritdoc/>
    public override string Dialect => RawJson.Dialect;

    /// <inheritdoc/>
    public override bool CanReadAhead => probe.IsOneSlice;

    /// <inheritdoc/>
    public override IBlockReader OpenReader() =>
        probe.Read([.. ReadFields()], probe.IsOneSlice ? 1 : Math.Min(job.Concurrency, Environment.ProcessorCount));

    /// <inheritdoc/>
    public override IBlockDecoder CreateDecoder(int lanes)
    {
        var fields = Columns.FieldOf.Select((field, i) => field >= 0
            ? FieldWriters.Create(probe.Fields[field], Columns.Layout.Columns[i], convert)
            : new MissingField(job.TolerantMode == TolerantMode.Empty && Columns.IsText[i] ? Columns.Layout.Columns[i].Encoder : null));
        return new ParquetDecoder([.. fields], Columns.Layout, Dealer(lanes, ParquetDecoder.RowStretch));
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
    }

    /// <inheritdoc/>
    protected override IEnumerable<string> DescribeFormat()
    {
        var count = probe.RowGroupCount;
        yield return $"Parquet, {probe.RowCount} rows in {count} row {(count == 1 ? "group" : "groups")}, "
            + $"{Header.Count} of {probe.Header.Count} columns read{(probe.IsRenamed ? ", named by --headers" : "")}";
    }

    private IEnumerable<(int Field, bool TakesBytes)> ReadFields() => Columns.FieldOf
        .Select((field, i) => (Field: field, TakesBytes: field >= 0 && NestedTarget.TakesBytes(probe.Fields[field], Columns.Layout.Columns[i].Type)))
        .Where(f => f.Field >= 0)
        .OrderBy(f => f.Field);
}
