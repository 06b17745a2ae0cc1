using Ingest.Parquet.Vectors;

namespace Ingest.Parquet.Encodings;

/// <summary>BYTE_STREAM_SPLIT of FIXED_LEN_BYTE_ARRAY: the values are joined into a buffer of their own.</summary>
internal sealed class StreamSplitFixedDecoder(ByteCursor data, int length) : ValueDecoder<ByteRange>
{
    private readonly int count = data.Remaining / length;
    private int next;

    public override void Read(Span<ByteRange> destination, BufferList buffers)
    {
        if (destination.Length == 0) return;
        if (destination.Length > count - next) throw ParquetErrors.Ends("the values of a page");
        // At most the size of the page: its values are counted from its bytes.
        var heap = new PageBuffer(destination.Length * length);
        var buffer = buffers.Add(heap);
        heap.Release();
        StreamSplit.Join(data, count, next, length, heap.Span);
        for (var i = 0; i < destination.Length; i++) destination[i] = new ByteRange(buffer, i * length, length);
        next += destination.Length;
    }
}
