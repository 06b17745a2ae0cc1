namespace Ingest.Parquet.Encodings;

/// <summary>The deprecated BIT_PACKED levels of version 1: no length, each value from its most significant bit on.</summary>
internal sealed class BitPackedLevelDecoder(ByteCursor data, int max) : LevelDecoder
{
    private readonly int width = WidthOf(max);
    private long bit;

    /// <summary>The bytes that <paramref name="count"/> levels take.</summary>
    public static long BytesFor(long count, int max) => ((count * WidthOf(max)) + 7) / 8;

    public override void Read(Span<byte> destination)
    {
        if (BytesFor(destination.Length, max) > data.Remaining - (bit >> 3) + 1) throw ParquetErrors.Ends("the levels");
        var bytes = data.Array.AsSpan(data.Position, data.Remaining);
        for (var i = 0; i < destination.Length; i++)
        {
            var level = 0;
            for (var b = 0; b < width; b++, bit++) level = (level << 1) | ((bytes[(int)(bit >> 3)] >> (int)(7 - (bit & 7))) & 1);
            destination[i] = (byte)level;
        }
        Check(destination, max);
    }
}
