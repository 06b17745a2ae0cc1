using Ingest.Lanes;
using Ingest.Manifest;
using Ingest.Parquet.Vectors;

namespace Ingest.Formats.Parquet;

/// <summary>Some rows of one row group, from a slice of it.</summary>
/// <param name="slice">The slice, which this block disposes.</param>
/// <param name="fields">The fields that were read.</param>
internal sealed class ParquetBlock(RowSlice slice, IReadOnlyList<ReadField> fields) : RecordBlock
{
    /// <summary>The slice.</summary>
    public RowSlice Slice => slice;

    /// <inheritdoc/>
    public override int RetainedBytes { get; } = (int)Math.Min(slice.RetainedBytes, int.MaxValue);

    /// <inheritdoc/>
    /// <remarks>Rows become JSON only here: few of them are rejects.</remarks>
    public override RawRecord Raw(int start, int length)
    {
        using var json = new JsonText();
        return new(json.Row(slice, fields, start), 0, slice.FirstRow + start);
    }

    /// <inheritdoc/>
    public override RestartPoint PointAt(int rawStart, int records) =>
        rawStart == 0 ? Start : End with { Position = slice.FirstRow + rawStart, Record = Start.Record + records };

    /// <inheritdoc/>
    protected override void Free() => slice.Dispose();
}
