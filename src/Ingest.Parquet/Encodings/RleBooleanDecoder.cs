using Ingest.Parquet.Vectors;

namespace Ingest.Parquet.Encodings;

/// <summary>RLE booleans: a 32-bit length, then runs and bit-packed groups of one bit.</summary>
internal sealed class RleBooleanDecoder(ByteCursor data) : ValueDecoder<byte>
{
    private HybridDecoder? decoder;

    public override void Read(Span<byte> destination, BufferList buffers)
    {
        if (destination.Length == 0) return;
        // A page of nulls may leave out even the length.
        var runs = decoder ?? new HybridDecoder(data.TakePrefixed("the values of a page"), 1);
        runs.Read(destination, "the values of a page");
        decoder = runs;
    }
}
