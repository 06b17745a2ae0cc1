namespace Ingest.Parquet.Encodings;

/// <summary>Levels as runs and bit-packed groups: RLE of version 1, after its length, and version 2.</summary>
internal sealed class RleLevelDecoder(ByteCursor data, int max) : LevelDecoder
{
    private HybridDecoder decoder = new(data, WidthOf(max));

    public override void Read(Span<byte> destination)
    {
        decoder.Read(destination, "the levels");
        Check(destination, max);
    }
}
