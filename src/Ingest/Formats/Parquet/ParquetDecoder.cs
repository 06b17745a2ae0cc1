using Ingest.Convert;
using Ingest.Formats.Csv;
using Ingest.Formats.Parquet.Encoders;
using Ingest.Lanes;
using Ingest.Parquet;

namespace Ingest.Formats.Parquet;

/// <summary>Turns the vectors of a slice into binary COPY rows; no value becomes text that need not.</summary>
internal sealed class ParquetDecoder(FieldWriter[] fields, RowLayout layout, Dealer dealer) : IBlockDecoder
{
    /// <summary>The rows that go to one lane in a row, as a power of two.</summary>
    public const int RowStretch = 12;

    private readonly RowWriter writer = new(layout);
    private readonly PendingRows pending = new();

    /// <inheritdoc/>
    public DecodedBlock Decode(RecordBlock block)
    {
        var parquet = (ParquetBlock)block;
        var segments = new Segment[dealer.Lanes];
        for (var lane = 0; lane < segments.Length; lane++) segments[lane] = new Segment(block);
        try
        {
            foreach (var field in fields) field.Begin(parquet.Slice);
            var count = parquet.Slice.RowCount;
            var beside = PendingRows.Beside(parquet.RetainedBytes, count);
            for (var row = 0; row < count; row += beside) DecodeRows(segments, parquet, row, Math.Min(beside, count - row));
            pending.Shrink();
        }
        catch (ParquetException e)
        {
            foreach (var segment in segments) segment.Dispose();
            block.Release();
            throw ParquetErrors.Of(e);
        }
        return new(block, segments, parquet.Slice.RowCount);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        pending.Dispose();
        foreach (var field in fields) field.Dispose();
    }

    private void DecodeRows(Segment[] segments, ParquetBlock block, int first, int count)
    {
        pending.Begin(count, writer);
        for (var column = 0; column < fields.Length; column++)
        {
            pending.Column = column;
            fields[column].Write(first, pending);
        }
        for (var row = 0; row < count; row++) Deal(segments, block, first + row, row);
    }

    private void Deal(Segment[] segments, ParquetBlock block, int row, int place)
    {
        var position = block.Slice.FirstRow + row;
        if (pending.HasFailed(place, out var failure, out var column))
        {
            var defect = RecordDefect.Conversion(writer.Column(column), failure);
            var lane = writer.HasKey && TryWriteKey(row, pending[place]) ? dealer.ByKey(writer.KeyHash(pending[place].Written)) : dealer.ByPosition(position);
            segments[lane].AddReject(new(row, row, 1, defect.Column, defect.Code, defect.Message));
            return;
        }
        var written = pending[place].Written;
        var hash = writer.HasKey ? writer.KeyHash(written) : 0;
        segments[writer.HasKey ? dealer.ByKey(hash) : dealer.ByPosition(position)].AddRow(written, hash, row, row, 1);
    }

    /// <summary>
    /// Writes the key alone of a row that does not convert: it goes where the key takes it, as in CSV, since a resume may
    /// convert it. False when the key does not convert either.
    /// </summary>
    private bool TryWriteKey(int row, RowBuffer key)
    {
        key.Length = 0;
        writer.BeginRow(key);
        for (var column = 0; column <= layout.Key.Max(); column++)
        {
            if (!writer.IsKey(column)) key.WriteNull();
            else if (fields[column].Write(row, key) != ConversionFailure.None) return false;
        }
        return true;
    }
}
