namespace Ingest.Parquet.Encodings;

/// <summary>Decodes the repetition or definition levels of one page, a slice at a time.</summary>
internal abstract class LevelDecoder
{
    /// <summary>Fills <paramref name="destination"/> with the next levels, none over the largest allowed one.</summary>
    /// <exception cref="ParquetException">There are fewer levels, or a larger one.</exception>
    public abstract void Read(Span<byte> destination);

    /// <summary>The bits that levels up to <paramref name="max"/> take.</summary>
    public static int WidthOf(int max) => 32 - int.LeadingZeroCount(max);

    /// <summary>Checks levels whose bits could hold more than the largest one.</summary>
    protected static void Check(ReadOnlySpan<byte> levels, int max)
    {
        // Levels of 1, 3, 7, ... fill their bits.
        if (((max + 1) & max) == 0) return;
        if (levels.ContainsAnyExceptInRange((byte)0, (byte)max))
            throw ParquetErrors.Corrupt($"a level is over the largest one of its column, {max}");
    }
}
