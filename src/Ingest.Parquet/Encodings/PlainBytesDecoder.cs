using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Ingest.Parquet.Vectors;

namespace Ingest.Parquet.Encodings;

/// <summary>
/// PLAIN byte arrays: a 32-bit length before each value. The values stay in the page; only the lengths are walked.
/// </summary>
internal sealed class PlainBytesDecoder(PageBuffer page, ByteCursor data) : ValueDecoder<ByteRange>
{
    private ByteCursor data = data;

    public override void Read(Span<ByteRange> destination, BufferList buffers)
    {
        if (destination.Length == 0) return;
        var buffer = buffers.Add(page);
        int position = data.Position, end = data.End;
        ref var bytes = ref MemoryMarshal.GetArrayDataReference(data.Array);
        for (var i = 0; i < destination.Length; i++)
        {
            // The length may be read past the end (the buffer has the room); the check comes before its use.
            var length = Unsafe.ReadUnaligned<int>(ref Unsafe.Add(ref bytes, position));
            if (!BitConverter.IsLittleEndian) length = System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(length);
            position += 4;
            if ((uint)length > (uint)Math.Max(0, end - position) || position > end) throw ParquetErrors.Ends("the values of a page");
            destination[i] = new ByteRange(buffer, position, length);
            position += length;
        }
        data.Position = position;
    }
}
