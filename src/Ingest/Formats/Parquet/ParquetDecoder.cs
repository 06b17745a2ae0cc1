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
    private readonly RowBuffer scratch = new(4096);

    /// <inheritdoc/>
    public DecodedBlock Decode(RecordBlock block)
    {
        var parquet = (ParquetBlock)block;
        var segments = new Segment[dealer.Lanes];
        for (var lane = 0; lane < segments.Length; lane++) segments[lane] = new Segment(block, segments.Length);
        try
        {
            foreach (var field in fields) field.Begin(parquet.Slice);
            for (var row = 0; row < parquet.Slice.RowCount; row++) DecodeRow(segments, parquet, row);
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
        scratch.Dispose();
        foreach (var field in fields) field.Dispose();
    }

    /// <summary>A row is written aside first: its lane may depend on its key, and it may fail half written.</summary>
    private void DecodeRow(Segment[] segments, ParquetBlock block, int row)
    {
        scratch.Length = 0;
        writer.BeginRow(scratch);
        var position = block.Slice.FirstRow + row;
        for (var column = 0; column < fields.Length; column++)
        {
            if (fields[column].Write(row, scratch) is not ConversionFailure.None and var failure)
            {
                var defect = RecordDefect.Conversion(writer.Column(column), failure);
                segments[dealer.ByPosition(position)].AddReject(new(row, row, 1, defect.Column, defect.Code, defect.Message));
                return;
            }
        }
        var hash = writer.HasKey ? writer.KeyHash(scratch.Written) : 0;
        var lane = writer.HasKey ? dealer.ByKey(hash) : dealer.ByPosition(position);
        segments[lane].AddRow(scratch.Written, hash, row, row, 1);
    }
}
