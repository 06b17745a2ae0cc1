using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Ingest.Parquet.Encodings;
using Ingest.Parquet.Metadata;
using Ingest.Parquet.Schema;
using Ingest.Parquet.Sources;
using Ingest.Parquet.Vectors;

namespace Ingest.Parquet.Pages;

/// <summary>The reader of a column chunk whose vectors have slots of type <typeparamref name="T"/>.</summary>
internal sealed class TypedColumnReader<T>(
    ByteSource source, RowGroupMetadata group, ColumnChunkMetadata chunk, PageReader pages, ParquetLimits limits) : ColumnReader
    where T : unmanaged
{
    // Levels are looked ahead by this many entries, which bounds what is carried over to the next slice.
    private const int LookAhead = 4096;

    // A dictionary's values are in memory once, but whoever writes them out writes each of them: what a few pages of
    // indices stand for is bounded as well, less tightly than pages, because few values are as long as the longest. So are
    // the entries of lists, of which a run of levels may stand for any number.
    private const int Repeats = 4;

    // An entry's two levels, read ahead and in its vector, and its slot.
    private static readonly long EntryBytes = Unsafe.SizeOf<T>() + 4;

    private readonly LeafColumn column = chunk.Column;
    private readonly Queue<DataPage<T>> loaded = new();
    private readonly PendingRows? pending = chunk.Column.MaxRepetitionLevel > 0 ? new PendingRows() : null;
    private DictionaryPage<T>? dictionary;
    private DataPage<T>? newest;
    private long entriesLoaded;
    private long entriesReady;
    private long loadedBytes;
    private long faultOffset;
    private long mostOfDictionary = long.MaxValue;

    public override int Prepare(int rows, long budget)
    {
        try
        {
            faultOffset = pages.Position;
            pages.Memory.BeginSlice();
            return pending is null ? PrepareFlat(rows, budget) : PrepareRepeated(pending, rows, budget);
        }
        catch (Exception e) when (ParquetErrors.Of(e) is { } fault)
        {
            throw Located(fault);
        }
    }

    public override ColumnVector Read(int rows)
    {
        var vector = new ColumnVector(column, rows, pending?.EntriesOf(rows) ?? rows, Unsafe.SizeOf<T>());
        try
        {
            pending?.Take(rows, vector.MutableRepetitions, vector.MutableDefinitions, vector.MutableRowStarts);
            ReadEntries(vector);
            return vector;
        }
        catch (Exception e)
        {
            vector.Release();
            if (ParquetErrors.Of(e) is { } fault) throw Located(fault);
            throw;
        }
    }

    public override void Skip(long rows)
    {
        while (rows > 0)
        {
            if (pending is null && entriesReady == 0 && TryPassPage(rows, out var passed))
            {
                rows -= passed;
                continue;
            }
            var ready = Prepare((int)Math.Min(rows, limits.SliceRows), limits.SliceBytes);
            if (ready == 0) throw Located(ParquetErrors.Corrupt($"the column ends before the last of the {group.RowCount} rows of its row group"));
            Read(ready).Release();
            rows -= ready;
        }
    }

    public override void Finish()
    {
        // A repeated column may hold more rows than its group says; a flat one was counted when it was opened.
        if (pending is null) return;
        if (Prepare(1, budget: 0) > 0)
            throw Located(ParquetErrors.Corrupt($"the column has more than the {group.RowCount} rows of its row group"));
    }

    public override void Dispose()
    {
        while (loaded.TryDequeue(out var page)) page.Release();
        dictionary?.Release();
        dictionary = null;
        pending?.Dispose();
        pages.Dispose();
    }

    private int PrepareFlat(int rows, long budget)
    {
        while (entriesReady < rows && (entriesReady == 0 || loadedBytes < budget))
        {
            if (!TryLoadPage()) break;
        }
        return (int)Math.Min(Math.Min(entriesReady, rows), EntriesWithin(budget));
    }

    /// <summary>The entries whose values fit a budget, at least one, where memory is taken for them as they are read or written out.</summary>
    private long EntriesWithin(long budget)
    {
        var most = mostOfDictionary;
        foreach (var page in loaded)
        {
            if (page.IsInPieces) most = Math.Min(most, Math.Max(1, budget / Math.Max(1, page.Bytes / page.EntryCount)));
        }
        return most;
    }

    private int PrepareRepeated(PendingRows rowsAhead, int rows, long budget)
    {
        pages.Memory.TakeForSlice(rowsAhead.EntryCount * EntryBytes);
        while (rowsAhead.CompleteRows < rows && !rowsAhead.IsOver)
        {
            if (rowsAhead.CompleteRows > 0 && IsEnough(rowsAhead.EntryCount, budget)) break;
            if (rowsAhead.CompleteRows == 0) CheckRowSize(rowsAhead.EntryCount);
            if (newest is null || newest.LevelsRead == newest.EntryCount)
            {
                if (!TryLoadPage()) rowsAhead.IsOver = true;
                continue;
            }
            faultOffset = newest.Offset;
            var more = Math.Min(LookAhead, newest.EntryCount - newest.LevelsRead);
            pages.Memory.TakeForSlice(more * EntryBytes);
            rowsAhead.Append(newest, more);
        }
        return Math.Min(rowsAhead.CompleteRows, rows);
    }

    private bool IsEnough(int entries, long budget)
    {
        if (entries >= limits.MaxRowEntries / 8 || entries >= mostOfDictionary || entries * EntryBytes >= Repeats * budget) return true;
        return newest is { IsInPieces: true } ? entries >= EntriesWithin(budget) : loadedBytes >= budget;
    }

    private void CheckRowSize(int entries)
    {
        if (entries > limits.MaxRowEntries)
            throw ParquetErrors.Limit("the number of list entries in one row", entries, limits.MaxRowEntries, "shorter lists");
        if (loadedBytes > limits.MaxRowBytes)
            throw ParquetErrors.Limit("the size of one row's pages", loadedBytes, limits.MaxRowBytes, "smaller rows");
    }

    private bool TryPassPage(long rows, out int passed)
    {
        try
        {
            faultOffset = pages.Position;
            if (!pages.TryPass(Math.Min(rows, chunk.ValueCount - entriesLoaded), out passed)) return false;
            entriesLoaded += passed;
            return true;
        }
        catch (Exception e) when (ParquetErrors.Of(e) is { } fault)
        {
            throw Located(fault);
        }
    }

    private bool TryLoadPage()
    {
        if (entriesLoaded == chunk.ValueCount) return false;
        faultOffset = pages.Position;
        if (!pages.TryRead(out var raw))
            throw ParquetErrors.Corrupt($"the column chunk ends after {entriesLoaded} of its {chunk.ValueCount} values");
        try
        {
            if (raw.IsDictionary)
            {
                LoadDictionary(raw);
                return true;
            }
            if (raw.Header.ValueCount == 0)
            {
                raw.Release();
                pages.Memory.Give(raw.Buffer.Length);
                return true;
            }
            if (raw.Header.ValueCount > chunk.ValueCount - entriesLoaded)
                throw ParquetErrors.Corrupt($"a page has {raw.Header.ValueCount} values where its column chunk has {chunk.ValueCount - entriesLoaded} left");
            newest = new DataPage<T>(raw, column, dictionary, pages.Memory, limits);
        }
        catch
        {
            raw.Release();
            throw;
        }
        loaded.Enqueue(newest);
        loadedBytes += newest.Bytes;
        entriesLoaded += newest.EntryCount;
        entriesReady += newest.EntryCount;
        return true;
    }

    private void LoadDictionary(in RawPage raw)
    {
        if (dictionary is not null || entriesLoaded > 0) throw ParquetErrors.Corrupt("a dictionary page is not the first page of its column chunk");
        dictionary = ValueDecoders.ReadDictionary<T>(column, raw.Header.Encoding, raw.Header.ValueCount, raw.Buffer, pages.Memory, limits);
        raw.Buffer.Release();
        if (typeof(T) != typeof(ByteRange))
        {
            pages.Memory.Give(raw.Buffer.Length);
            return;
        }
        var longest = 1L;
        foreach (var value in MemoryMarshal.Cast<T, ByteRange>(dictionary.Values.AsSpan(0, dictionary.Count))) longest = Math.Max(longest, value.Length);
        mostOfDictionary = Math.Max(1, Repeats * limits.SliceBytes / longest);
    }

    private void ReadEntries(ColumnVector vector)
    {
        var slots = vector.MutableSlots<T>();
        var definitions = vector.MutableDefinitions;
        var max = column.MaxDefinitionLevel;
        for (var at = 0; at < slots.Length;)
        {
            var page = loaded.Peek();
            faultOffset = page.Offset;
            var count = Math.Min(slots.Length - at, page.EntryCount - page.ValuesRead);
            var levels = max > 0 ? definitions.Slice(at, count) : default;
            if (pending is null) page.ReadDefinitions(levels);
            var valueCount = max > 0 ? levels.Count((byte)max) : count;
            page.ReadValues(slots.Slice(at, count), levels, max, valueCount, vector.Buffers);
            vector.NullCount += count - valueCount;
            at += count;
            if (page.ValuesRead == page.EntryCount) Unload(loaded.Dequeue());
        }
        entriesReady -= slots.Length;
    }

    private void Unload(DataPage<T> page)
    {
        loadedBytes -= page.Bytes;
        pages.Memory.Give(page.HeldBytes);
        try
        {
            page.Finish();
        }
        finally
        {
            page.Release();
        }
    }

    private ParquetException Located(ParquetException e) => e.At(source.Name, group.Index, column.Path, faultOffset);
}
