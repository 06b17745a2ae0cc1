using Ingest.Parquet.Schema;

namespace Ingest.Parquet.Metadata;

/// <summary>The part of a column that is in one row group (parquet.thrift, <c>ColumnMetaData</c>).</summary>
public sealed record ColumnChunkMetadata
{
    /// <summary>The column.</summary>
    public required LeafColumn Column { get; init; }

    /// <summary>How the pages are compressed.</summary>
    public CompressionCodec Codec { get; init; }

    /// <summary>The encodings of values and levels, as declared.</summary>
    public IReadOnlyList<PageEncoding> Encodings { get; init; } = [];

    /// <summary>The number of entries: values, nulls and empty lists.</summary>
    public long ValueCount { get; init; }

    /// <summary>The bytes of all pages with headers, compressed.</summary>
    public long CompressedBytes { get; init; }

    /// <summary>The bytes of all pages with headers, not compressed.</summary>
    public long UncompressedBytes { get; init; }

    /// <summary>The offset of the first data page in the file.</summary>
    public long DataPageOffset { get; init; }

    /// <summary>The offset of the dictionary page, or null where not given.</summary>
    public long? DictionaryPageOffset { get; init; }

    /// <summary>What the writer says of the values, or null.</summary>
    public ColumnStatistics? Statistics { get; init; }

    /// <summary>The offset of the Bloom filter, or null.</summary>
    public long? BloomFilterOffset { get; init; }

    /// <summary>Another file that holds the chunk, or null for this one.</summary>
    public string? FilePath { get; init; }

    /// <summary>Where the chunk's first page is: the dictionary page where there is one.</summary>
    public long FirstPageOffset => DictionaryPageOffset is > 0 and var offset && offset < DataPageOffset ? offset : DataPageOffset;
}
