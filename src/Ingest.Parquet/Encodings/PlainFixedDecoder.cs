using Ingest.Parquet.Vectors;

namespace Ingest.Parquet.Encodings;

/// <summary>PLAIN values of one length (FIXED_LEN_BYTE_ARRAY, INT96): they stay in the page.</summary>
internal sealed class PlainFixedDecoder(PageBuffer page, ByteCursor data, int length) : ValueDecoder<ByteRange>
{
    private ByteCursor data = data;

    public override void Read(Span<ByteRange> destination, BufferList buffers)
    {
        if (destination.Length == 0) return;
        if ((long)destination.Length * length > data.Remaining) throw ParquetErrors.Ends("the values of a page");
        var buffer = buffers.Add(page);
        for (var i = 0; i < destination.Length; i++) destination[i] = new ByteRange(buffer, data.Position + (i * length), length);
        data.Position += destination.Length * length;
    }
}
