using Ingest.Parquet.Metadata;
using Ingest.Parquet.Schema;
using Ingest.Parquet.Sources;
using Ingest.Parquet.Vectors;

namespace Ingest.Parquet.Pages;

/// <summary>
/// Reads one column chunk slice by slice. A slice is made in two steps, so that all columns agree on its rows before
/// one of them decodes values: <see cref="Prepare"/> loads pages, <see cref="Read"/> decodes.
/// </summary>
internal abstract class ColumnReader : IDisposable
{
    /// <summary>
    /// Loads pages until <paramref name="rows"/> rows can be read or the budget is used up.
    /// </summary>
    /// <param name="rows">The rows wanted, at least one.</param>
    /// <param name="budget">The bytes of pages at which no further ones are loaded, as long as there is a row.</param>
    /// <returns>The rows that can be read, at least one unless the chunk is at its end.</returns>
    public abstract int Prepare(int rows, long budget);

    /// <summary>Decodes that many prepared rows.</summary>
    public abstract ColumnVector Read(int rows);

    /// <summary>
    /// Passes over rows, of which the chunk has at least so many. Whole pages of a column without repetition are not
    /// even decompressed: their headers say how many rows they have.
    /// </summary>
    public abstract void Skip(long rows);

    /// <summary>Checks that the chunk has no entry left after the row group's last row.</summary>
    public abstract void Finish();

    /// <inheritdoc/>
    public abstract void Dispose();

    /// <summary>The reader for a column's physical type.</summary>
    public static ColumnReader Open(
        ByteSource source, RowGroupMetadata group, ColumnChunkMetadata chunk, long dataEnd, PageMemory memory, ParquetLimits limits)
    {
        var column = chunk.Column;
        try
        {
            if (column.MaxRepetitionLevel == 0 && chunk.ValueCount != group.RowCount)
                throw ParquetErrors.Corrupt($"the column has {chunk.ValueCount} values where its row group has {group.RowCount} rows");
            var pages = new PageReader(source, chunk, dataEnd, memory, limits);
            return column.PhysicalType switch
            {
                PhysicalType.Boolean => new TypedColumnReader<byte>(source, group, chunk, pages, limits),
                PhysicalType.Int32 => new TypedColumnReader<int>(source, group, chunk, pages, limits),
                PhysicalType.Int64 => new TypedColumnReader<long>(source, group, chunk, pages, limits),
                PhysicalType.Float => new TypedColumnReader<float>(source, group, chunk, pages, limits),
                PhysicalType.Double => new TypedColumnReader<double>(source, group, chunk, pages, limits),
                _ => new TypedColumnReader<ByteRange>(source, group, chunk, pages, limits),
            };
        }
        catch (Exception e) when (ParquetErrors.Of(e) is { } fault)
        {
            throw fault.At(source.Name, group.Index, column.Path);
        }
    }
}
