using Ingest.Parquet.Vectors;

namespace Ingest.Parquet.Pages;

/// <summary>
/// The levels of a repeated column that have been read ahead to find where rows end: a row is complete when the next
/// one has begun, or the chunk is over.
/// </summary>
internal sealed class PendingRows : IDisposable
{
    private byte[] repetitions = [];
    private byte[] definitions = [];
    private int[] starts = [];
    private int startCount;

    /// <summary>The number of entries.</summary>
    public int EntryCount { get; private set; }

    /// <summary>Whether no further entries come.</summary>
    public bool IsOver { get; set; }

    /// <summary>The rows whose entries are all here.</summary>
    public int CompleteRows => IsOver ? startCount : Math.Max(0, startCount - 1);

    /// <summary>Reads the levels of a page's next <paramref name="count"/> entries.</summary>
    public void Append<T>(DataPage<T> page, int count)
        where T : unmanaged
    {
        Reserve(count);
        var added = repetitions.AsSpan(EntryCount, count);
        page.ReadLevels(added, definitions.AsSpan(EntryCount, count));
        for (var i = 0; i < added.Length; i++)
        {
            if (added[i] == 0) AddStart(EntryCount + i);
        }
        if (startCount == 0 || starts[0] != 0) throw ParquetErrors.Corrupt("the first entry continues a row that has not begun");
        EntryCount += count;
    }

    /// <summary>The number of entries of the first <paramref name="rows"/> rows, which are complete.</summary>
    public int EntriesOf(int rows) => rows < startCount ? starts[rows] : EntryCount;

    /// <summary>Moves the first rows out.</summary>
    /// <param name="rows">How many.</param>
    /// <param name="repetition">Their repetition levels.</param>
    /// <param name="definition">Their definition levels.</param>
    /// <param name="rowStarts">The first entry of each row, and the number of entries.</param>
    public void Take(int rows, Span<byte> repetition, Span<byte> definition, Span<int> rowStarts)
    {
        var entries = EntriesOf(rows);
        repetitions.AsSpan(0, entries).CopyTo(repetition);
        definitions.AsSpan(0, entries).CopyTo(definition);
        starts.AsSpan(0, rows).CopyTo(rowStarts);
        rowStarts[rows] = entries;

        repetitions.AsSpan(entries, EntryCount - entries).CopyTo(repetitions);
        definitions.AsSpan(entries, EntryCount - entries).CopyTo(definitions);
        for (var i = rows; i < startCount; i++) starts[i - rows] = starts[i] - entries;
        startCount -= rows;
        EntryCount -= entries;
    }

    public void Dispose()
    {
        if (repetitions.Length > 0) BufferPool<byte>.Shared.Return(repetitions);
        if (definitions.Length > 0) BufferPool<byte>.Shared.Return(definitions);
        if (starts.Length > 0) BufferPool<int>.Shared.Return(starts);
        repetitions = definitions = [];
        starts = [];
    }

    private void Reserve(int count)
    {
        Grow(ref repetitions, EntryCount, EntryCount + count);
        Grow(ref definitions, EntryCount, EntryCount + count);
    }

    private void AddStart(int start)
    {
        Grow(ref starts, startCount, startCount + 1);
        starts[startCount++] = start;
    }

    private static void Grow<T>(ref T[] array, int used, int wanted)
        where T : unmanaged
    {
        if (array.Length >= wanted) return;
        var larger = BufferPool<T>.Shared.Rent(Math.Max(wanted, Math.Min(array.Length * 2, 1 << 28)));
        array.AsSpan(0, used).CopyTo(larger);
        if (array.Length > 0) BufferPool<T>.Shared.Return(array);
        array = larger;
    }
}
