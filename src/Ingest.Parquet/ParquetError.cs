namespace Ingest.Parquet;

/// <summary>The kinds of failure; each has a stable code (<see cref="ParquetException.Code"/>).</summary>
public enum ParquetError
{
    /// <summary>The source does not have Parquet's magic bytes (<c>parquet_not_parquet</c>).</summary>
    NotParquet,

    /// <summary>The source ends before something that it declares (<c>parquet_truncated</c>).</summary>
    Truncated,

    /// <summary>The source contradicts itself or the format (<c>parquet_corrupt</c>).</summary>
    Corrupt,

    /// <summary>A page's bytes do not match its checksum (<c>parquet_checksum</c>).</summary>
    Checksum,

    /// <summary>The source uses modular encryption (<c>parquet_encrypted</c>).</summary>
    Encrypted,

    /// <summary>An encoding, codec or type that this reader does not know (<c>parquet_unsupported</c>).</summary>
    Unsupported,

    /// <summary>A size or count over a limit of <see cref="ParquetLimits"/> (<c>parquet_limit</c>).</summary>
    Limit,

    /// <summary>The library of a codec is not on this machine (<c>parquet_codec_missing</c>).</summary>
    CodecMissing,

    /// <summary>The operating system could not read the source (<c>parquet_io</c>).</summary>
    Io,
}
