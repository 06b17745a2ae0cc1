using Ingest.Parquet.Vectors;

namespace Ingest.Parquet.Encodings;

/// <summary>DELTA_LENGTH_BYTE_ARRAY (Encodings.md): all lengths, delta-encoded, then all bytes, which stay in the page.</summary>
internal sealed class DeltaLengthDecoder(PageBuffer page, ByteCursor data) : ValueDecoder<ByteRange>
{
    private const int BatchSize = 256;

    private DeltaBinaryDecoder? lengths;
    private int position;

    public override void Read(Span<ByteRange> destination, BufferList buffers)
    {
        if (destination.Length == 0) return;
        if (lengths is null)
        {
            lengths = new DeltaBinaryDecoder(data);
            position = lengths.FindEnd();
        }
        var buffer = buffers.Add(page);
        Span<int> batch = stackalloc int[BatchSize];
        while (destination.Length > 0)
        {
            var count = Math.Min(BatchSize, destination.Length);
            lengths.Read(batch[..count]);
            for (var i = 0; i < count; i++)
            {
                if ((uint)batch[i] > (uint)(data.End - position)) throw ParquetErrors.Ends("the values of a page");
                destination[i] = new ByteRange(buffer, position, batch[i]);
                position += batch[i];
            }
            destination = destination[count..];
        }
    }
}
