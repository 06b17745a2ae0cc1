namespace Ingest.Parquet.Metadata;

/// <summary>How the pages of a column chunk are compressed (parquet.thrift, <c>CompressionCodec</c>).</summary>
public enum CompressionCodec
{
    /// <summary>Not at all.</summary>
    Uncompressed = 0,

    /// <summary>Snappy's raw format.</summary>
    Snappy = 1,

    /// <summary>gzip (RFC 1952), one or more members.</summary>
    Gzip = 2,

    /// <summary>LZO; not supported.</summary>
    Lzo = 3,

    /// <summary>Brotli (RFC 7932).</summary>
    Brotli = 4,

    /// <summary>LZ4 in Hadoop's framing, or as a plain block.</summary>
    Lz4 = 5,

    /// <summary>Zstandard (RFC 8478).</summary>
    Zstd = 6,

    /// <summary>A plain LZ4 block.</summary>
    Lz4Raw = 7,
}
