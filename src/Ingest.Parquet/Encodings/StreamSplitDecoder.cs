using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Ingest.Parquet.Vectors;

namespace Ingest.Parquet.Encodings;

/// <summary>BYTE_STREAM_SPLIT (Encodings.md) of numbers: a stream for each byte of the type.</summary>
internal sealed class StreamSplitDecoder<T>(ByteCursor data) : ValueDecoder<T>
    where T : unmanaged
{
    private readonly int count = data.Remaining / Unsafe.SizeOf<T>();
    private int next;

    public override void Read(Span<T> destination, BufferList buffers)
    {
        StreamSplit.Join(data, count, next, Unsafe.SizeOf<T>(), MemoryMarshal.AsBytes(destination));
        next += destination.Length;
    }
}
