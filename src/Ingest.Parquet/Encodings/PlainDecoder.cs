using System.Runtime.InteropServices;
using Ingest.Parquet.Vectors;

namespace Ingest.Parquet.Encodings;

/// <summary>PLAIN numbers: little-endian, so that a copy is the decoding.</summary>
internal sealed class PlainDecoder<T>(ByteCursor data) : ValueDecoder<T>
    where T : unmanaged
{
    private ByteCursor data = data;

    public override void Read(Span<T> destination, BufferList buffers)
    {
        var target = MemoryMarshal.AsBytes(destination);
        if (target.Length > data.Remaining) throw ParquetErrors.Ends("the values of a page");
        data.Take(target.Length, "the values of a page").CopyTo(target);
        if (!BitConverter.IsLittleEndian) ReverseEach(target);
    }

    public static unsafe void ReverseEach(Span<byte> bytes)
    {
        for (; bytes.Length > 0; bytes = bytes[sizeof(T)..]) bytes[..sizeof(T)].Reverse();
    }
}
