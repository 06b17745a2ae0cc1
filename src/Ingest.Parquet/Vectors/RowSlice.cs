using Ingest.Parquet.Metadata;
using Ingest.Parquet.Schema;

namespace Ingest.Parquet.Vectors;

/// <summary>
/// Some rows of a row group, a vector per column that was asked for. Dispose it when its values have been used: its
/// memory is pooled. Slices are independent of each other and of their reader, and may be used on any thread.
/// </summary>
public sealed class RowSlice : IDisposable
{
    private readonly ColumnVector[] columns;
    private readonly int[] positions;
    private bool isDisposed;

    /// <param name="file">The name of the source.</param>
    /// <param name="group">The row group.</param>
    /// <param name="firstRow">The number of the first row in the file.</param>
    /// <param name="rowCount">The number of rows.</param>
    /// <param name="columns">The vectors.</param>
    /// <param name="positions">For each leaf of the schema, the index of its vector, or −1.</param>
    internal RowSlice(string file, RowGroupMetadata group, long firstRow, int rowCount, ColumnVector[] columns, int[] positions)
    {
        File = file;
        Group = group;
        FirstRow = firstRow;
        RowCount = rowCount;
        this.columns = columns;
        this.positions = positions;
        RetainedBytes = columns.Sum(column => column.RetainedBytes);
    }

    /// <summary>The number of the slice's first row in the file, from 0.</summary>
    public long FirstRow { get; }

    /// <summary>The number of rows.</summary>
    public int RowCount { get; }

    /// <summary>
    /// The memory that the slice answers for, in bytes: its slots and levels, and the bytes of its values. Pages and
    /// dictionaries that several slices share are counted by the values that each has of them.
    /// </summary>
    public long RetainedBytes { get; }

    /// <summary>The vectors of the columns that were asked for, in file order.</summary>
    public IReadOnlyList<ColumnVector> Columns => columns;

    /// <summary>The vector of a column.</summary>
    /// <exception cref="ArgumentException">The column was not asked for.</exception>
    public ColumnVector this[LeafColumn column] => ForLeaf(column.Index);

    internal string File { get; }

    internal RowGroupMetadata Group { get; }

    internal ColumnVector ForLeaf(int leaf) => positions[leaf] is >= 0 and var position
        ? columns[position]
        : throw new ArgumentException($"The column number {leaf} is not among those that were asked for.", nameof(leaf));

    /// <summary>Gives the memory back.</summary>
    public void Dispose()
    {
        if (isDisposed) return;
        isDisposed = true;
        foreach (var column in columns) column.Release();
    }
}
