using System.Runtime.ExceptionServices;
using Ingest.Parquet.Metadata;
using Ingest.Parquet.Pages;
using Ingest.Parquet.Sources;
using Ingest.Parquet.Vectors;

namespace Ingest.Parquet;

/// <summary>
/// Reads the rows of one row group in slices. A reader belongs to one thread; several readers of one file, also of one
/// row group, may run at once.
/// </summary>
public sealed class RowGroupReader : IDisposable
{
    private readonly ByteSource source;
    private readonly ParquetLimits limits;
    private readonly ColumnReader[] readers;
    private readonly int[] positions;
    private readonly int parallelism;
    private long rowsRead;
    private bool hasFailed;

    internal RowGroupReader(
        ByteSource source, RowGroupMetadata metadata, int[] leaves, int leafCount, long dataEnd, HeldMemory held, ParquetLimits limits,
        int parallelism)
    {
        this.parallelism = parallelism;
        this.source = source;
        this.limits = limits;
        Metadata = metadata;
        readers = new ColumnReader[leaves.Length];
        positions = new int[leafCount];
        Array.Fill(positions, -1);
        var bytesLeft = dataEnd;
        try
        {
            for (var i = 0; i < leaves.Length; i++)
            {
                var chunk = metadata.Columns[leaves[i]];
                // Chunks that claim the same bytes could ask for more memory than the file has.
                bytesLeft -= chunk.CompressedBytes;
                if (bytesLeft < 0)
                    throw ParquetErrors.Corrupt("its columns have more bytes than the file").At(source.Name, metadata.Index);
                positions[leaves[i]] = i;
                readers[i] = ColumnReader.Open(source, metadata, chunk, dataEnd, PageMemory.Share(leaves.Length, held, limits), limits);
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The row group.</summary>
    public RowGroupMetadata Metadata { get; }

    /// <summary>The rows that earlier slices gave, or that were passed over.</summary>
    public long RowsRead => rowsRead;

    /// <summary>
    /// Reads the next rows: at most <see cref="ParquetLimits.SliceRows"/>, fewer when their pages are large. After an
    /// error the reader gives no further rows.
    /// </summary>
    /// <param name="cancellationToken">Checked before each column.</param>
    /// <returns>The rows, which the caller disposes, or null at the end of the row group.</returns>
    /// <exception cref="ParquetException">The pages are corrupt, truncated, unsupported or over a limit.</exception>
    public RowSlice? ReadSlice(CancellationToken cancellationToken = default)
    {
        CheckUsable();
        hasFailed = true;
        var slice = rowsRead < Metadata.RowCount ? Next(cancellationToken) : End();
        hasFailed = false;
        return slice;
    }

    /// <summary>
    /// Passes over rows at the front of what is left. Pages of columns without repetition that have no other rows are
    /// neither read nor decompressed, and their checksums are not looked at.
    /// </summary>
    /// <param name="rows">How many, at most those that are left.</param>
    /// <param name="cancellationToken">Checked before each column.</param>
    /// <exception cref="ParquetException">The pages are corrupt, truncated, unsupported or over a limit.</exception>
    public void Skip(long rows, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rows, Metadata.RowCount - rowsRead);
        CheckUsable();
        if (rows == 0) return;
        hasFailed = true;
        ForEachColumn(i => readers[i].Skip(rows), cancellationToken);
        rowsRead += rows;
        hasFailed = false;
    }

    /// <summary>Gives the memory back; slices that were read stay valid.</summary>
    public void Dispose()
    {
        foreach (var reader in readers) reader?.Dispose();
    }

    private void CheckUsable()
    {
        if (hasFailed) throw new InvalidOperationException("The row group could not be read to its end; open it anew.");
    }

    private RowSlice Next(CancellationToken cancellationToken)
    {
        var wanted = (int)Math.Min(limits.SliceRows, Metadata.RowCount - rowsRead);
        // Each column has its share of the bytes, so that slices do not depend on the order of the work.
        var budget = limits.SliceBytes / Math.Max(1, readers.Length);
        var prepared = new int[readers.Length];
        ForEachColumn(i => prepared[i] = readers[i].Prepare(wanted, budget), cancellationToken);
        var rows = prepared.Length == 0 ? wanted : prepared.Min();
        if (rows == 0)
            throw ParquetErrors.Corrupt($"a column ends after {rowsRead} of {Metadata.RowCount} rows").At(source.Name, Metadata.Index);

        var vectors = new ColumnVector?[readers.Length];
        try
        {
            ForEachColumn(i => vectors[i] = readers[i].Read(rows), cancellationToken);
        }
        catch
        {
            foreach (var vector in vectors) vector?.Release();
            throw;
        }
        var slice = new RowSlice(source.Name, Metadata, Metadata.FirstRow + rowsRead, rows, vectors!, positions);
        rowsRead += rows;
        return slice;
    }

    private void ForEachColumn(Action<int> action, CancellationToken cancellationToken)
    {
        if (parallelism == 1)
        {
            for (var i = 0; i < readers.Length; i++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                action(i);
            }
            return;
        }
        try
        {
            var options = new ParallelOptions { MaxDegreeOfParallelism = parallelism, CancellationToken = cancellationToken };
            Parallel.For(0, readers.Length, options, action);
        }
        catch (AggregateException e)
        {
            // One error is reported, as it is without parallelism: that of the first column that had one.
            var first = e.InnerExceptions.OfType<ParquetException>().OrderBy(p => p.Offset).FirstOrDefault();
            ExceptionDispatchInfo.Throw(first ?? e.InnerExceptions[0]);
        }
    }

    private RowSlice? End()
    {
        foreach (var reader in readers) reader.Finish();
        return null;
    }
}
