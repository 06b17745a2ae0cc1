using Ingest.Parquet.Schema;

namespace Ingest.Parquet.Metadata;

/// <summary>The footer of a file (parquet.thrift, <c>FileMetaData</c>).</summary>
public sealed record FileMetadata
{
    /// <summary>The version of the format, 1 or 2.</summary>
    public int Version { get; init; }

    /// <summary>The schema.</summary>
    public required ParquetSchema Schema { get; init; }

    /// <summary>The number of rows in all row groups.</summary>
    public long RowCount { get; init; }

    /// <summary>The row groups, in file order.</summary>
    public required IReadOnlyList<RowGroupMetadata> RowGroups { get; init; }

    /// <summary>The program that wrote the file, or null.</summary>
    public string? CreatedBy { get; init; }

    /// <summary>Free text by key; a key may occur more than once.</summary>
    public IReadOnlyList<KeyValuePair<string, string?>> KeyValues { get; init; } = [];
}
