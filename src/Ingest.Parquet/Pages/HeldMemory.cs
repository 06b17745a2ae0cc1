namespace Ingest.Parquet.Pages;

/// <summary>
/// What the columns of a file that are open at once hold together, beyond what each may have of its own: a few compressed
/// bytes can stand for a page of any size, in every column.
/// </summary>
internal sealed class HeldMemory(ParquetLimits limits)
{
    private long taken;

    /// <summary>Takes memory, or gives it back where <paramref name="bytes"/> is negative.</summary>
    /// <exception cref="ParquetException">It is more than is left; nothing is taken then.</exception>
    public void Take(long bytes)
    {
        var sum = Interlocked.Add(ref taken, bytes);
        if (bytes <= 0 || sum <= limits.MaxHeldBytes) return;
        Interlocked.Add(ref taken, -bytes);
        throw ParquetErrors.Limit(
            $"the memory that the columns take at once, beyond {limits.HeldBytesPerColumn} bytes each,", sum, limits.MaxHeldBytes,
            "smaller pages, dictionaries and values, or load fewer of its columns");
    }
}
