namespace Ingest.Parquet.Metadata;

/// <summary>A row group (parquet.thrift, <c>RowGroup</c>).</summary>
/// <param name="Index">The position in the file, from 0.</param>
/// <param name="RowCount">The number of rows.</param>
/// <param name="FirstRow">The number of rows in the row groups before.</param>
/// <param name="UncompressedBytes">The bytes of all chunks, not compressed.</param>
/// <param name="Columns">One chunk per leaf of the schema, in its order.</param>
public sealed record RowGroupMetadata(
    int Index, long RowCount, long FirstRow, long UncompressedBytes, IReadOnlyList<ColumnChunkMetadata> Columns);
