using Ingest.Parquet;
using Ingest.Parquet.Metadata;
using Ingest.Parquet.Schema;
using Ingest.Parquet.Vectors;

namespace Ingest.Formats.Parquet;

/// <summary>
/// The slices of all row groups in file order. Small row groups are decoded beside each other, each on one core, because
/// a few thousand rows are too few to share out by columns; of a larger one the columns are decoded beside each other.
/// </summary>
/// <param name="parquet">The file.</param>
/// <param name="fields">The fields to read.</param>
/// <param name="parallelism">The row groups, or columns, that are decoded at once.</param>
internal sealed class RowGroupSequence(ParquetFile parquet, IReadOnlyList<ValueShape> fields, int parallelism) : IDisposable
{
    private readonly IReadOnlyList<RowGroupMetadata> groups = parquet.Metadata.RowGroups;
    private readonly Queue<RowGroupAhead> ahead = new();
    private RowGroupReader? large;
    private long skipped;
    private long held;
    private int next;

    /// <summary>The row group that the last slice was from.</summary>
    public int Current { get; private set; }

    /// <summary>Begins with a row; before any slice is read.</summary>
    public void SkipTo(long row)
    {
        while (next < groups.Count && groups[next].FirstRow + groups[next].RowCount <= row) next++;
        if (next < groups.Count) skipped = Math.Max(0, row - groups[next].FirstRow);
        Current = next;
    }

    /// <summary>The next slice, or null at the end of the file.</summary>
    /// <exception cref="ParquetException">The file is corrupt; the slices before have been given.</exception>
    public RowSlice? Read(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (large is null) StartSmall();
            if (large is null && ahead.Count == 0)
            {
                if (next == groups.Count) return null;
                large = Opener(parallelism)(cancellationToken);
            }
            if ((large is not null ? large.ReadSlice(cancellationToken) : ahead.Peek().Read(cancellationToken)) is { } slice) return slice;
            Current++;
            if (large is null) Release(ahead.Dequeue());
            large?.Dispose();
            large = null;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        large?.Dispose();
        while (ahead.TryDequeue(out var group)) group.Dispose();
    }

    private void StartSmall()
    {
        // As many again may lie ready, so that no core waits for the one row group that is next.
        while (next < groups.Count && ahead.Count < 2 * parallelism && ahead.Count(g => g.IsRunning) < parallelism)
        {
            var bytes = DecodedBytes(groups[next]);
            if (parallelism == 1 || bytes > MemoryBudget.SmallRowGroupBytes || held + bytes > MemoryBudget.RowGroupBytes) return;
            ahead.Enqueue(new RowGroupAhead(Opener(1), bytes));
            held += bytes;
        }
    }

    /// <summary>Opens the row group that is next now, at its first row that is wanted.</summary>
    private Func<CancellationToken, RowGroupReader> Opener(int columns)
    {
        var group = next++;
        var rows = skipped;
        skipped = 0;
        return cancellationToken =>
        {
            var reader = parquet.OpenRowGroup(group, fields, columns);
            try
            {
                reader.Skip(rows, cancellationToken);
                return reader;
            }
            catch
            {
                reader.Dispose();
                throw;
            }
        };
    }

    private void Release(RowGroupAhead group)
    {
        held -= group.Bytes;
        group.Dispose();
    }

    /// <summary>Its pages, and a slot of at most 13 bytes for each value and its level.</summary>
    private long DecodedBytes(RowGroupMetadata group)
    {
        var bytes = 0L;
        foreach (var field in fields)
        {
            for (var leaf = field.FirstLeaf; leaf < field.FirstLeaf + field.LeafCount; leaf++)
                bytes += Believable(group.Columns[leaf].UncompressedBytes) + (13 * Believable(group.Columns[leaf].ValueCount));
        }
        return bytes;
    }

    /// <summary>A footer may say anything, and a sum of such must not overflow.</summary>
    private static long Believable(long count) => Math.Clamp(count, 0, 1L << 40);
}
