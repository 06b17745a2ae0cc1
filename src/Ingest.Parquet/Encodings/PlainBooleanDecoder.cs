using Ingest.Parquet.Vectors;

namespace Ingest.Parquet.Encodings;

/// <summary>PLAIN booleans: one bit each, from the least significant on; a slot is a byte of 0 or 1.</summary>
internal sealed class PlainBooleanDecoder(ByteCursor data) : ValueDecoder<byte>
{
    private long index;

    public override void Read(Span<byte> destination, BufferList buffers)
    {
        if (index + destination.Length > data.Remaining * 8L) throw ParquetErrors.Ends("the values of a page");
        BitUnpacker.Unpack(data.Array, data.Position, index, 1, destination);
        index += destination.Length;
    }
}
