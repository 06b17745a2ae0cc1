namespace Ingest.Parquet.Pages;

/// <summary>What one column of a row group may hold of its pages.</summary>
/// <param name="WindowBytes">What it reads ahead of the file.</param>
/// <param name="WholePageBytes">The largest page that is decompressed as a whole where it need not be.</param>
internal readonly record struct PageMemory(int WindowBytes, int WholePageBytes)
{
    // What all columns together read ahead, and the bounds for one of them.
    private const int WindowsBytes = 4 << 20;
    private const int SmallestWindow = 16 << 10;
    private const int LargestWindow = 256 << 10;

    /// <summary>The share of each of some columns.</summary>
    public static PageMemory Share(int columns, ParquetLimits limits)
    {
        var count = Math.Max(1, columns);
        return new(
            Math.Clamp(WindowsBytes / count, SmallestWindow, LargestWindow),
            (int)Math.Clamp(limits.WholePagesBytes / count, limits.SmallestPieces, int.MaxValue));
    }
}
