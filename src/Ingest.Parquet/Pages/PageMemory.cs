namespace Ingest.Parquet.Pages;

/// <summary>What one column of a row group may hold of its pages, and what it does hold. For one thread at a time.</summary>
/// <param name="windowBytes">What it reads ahead of the file.</param>
/// <param name="wholePageBytes">The largest page that is decompressed as a whole where it need not be.</param>
/// <param name="ownBytes">What it may hold of its own.</param>
/// <param name="all">What all columns may hold beyond that.</param>
internal sealed class PageMemory(int windowBytes, int wholePageBytes, long ownBytes, HeldMemory all) : IDisposable
{
    // What all columns together read ahead, and the bounds for one of them.
    private const int WindowsBytes = 4 << 20;
    private const int SmallestWindow = 16 << 10;
    private const int LargestWindow = 256 << 10;

    private long held;
    private long heldForSlice;

    /// <summary>What it reads ahead of the file.</summary>
    public int WindowBytes { get; } = windowBytes;

    /// <summary>The largest page that is decompressed as a whole where it need not be.</summary>
    public int WholePageBytes { get; } = wholePageBytes;

    /// <summary>The share of one of some columns.</summary>
    public static PageMemory Share(int columns, HeldMemory all, ParquetLimits limits) => new(
        Math.Clamp(WindowsBytes / columns, SmallestWindow, LargestWindow),
        (int)Math.Clamp(limits.WholePagesBytes / columns, limits.SmallestPieces, int.MaxValue),
        limits.HeldBytesPerColumn,
        all);

    /// <summary>Says what is about to be held, before memory is allocated for it.</summary>
    /// <exception cref="ParquetException">All columns together would hold too much.</exception>
    public void Take(long bytes)
    {
        all.Take(Shared(held + bytes) - Shared(held));
        held += bytes;
    }

    /// <summary>Says what is no longer held.</summary>
    public void Give(long bytes) => Take(-bytes);

    /// <summary>The same for what a slice has of its own: the next slice takes its place.</summary>
    /// <exception cref="ParquetException">All columns together would hold too much.</exception>
    public void TakeForSlice(long bytes)
    {
        Take(bytes);
        heldForSlice += bytes;
    }

    /// <summary>Begins a slice: whoever has the one before answers for it.</summary>
    public void BeginSlice()
    {
        Give(heldForSlice);
        heldForSlice = 0;
    }

    /// <summary>Gives back all that is held.</summary>
    public void Dispose()
    {
        Give(held);
        heldForSlice = 0;
    }

    private long Shared(long bytes) => Math.Max(0, bytes - ownBytes);
}
