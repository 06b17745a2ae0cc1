namespace Ingest.Sources;

/// <summary>How the bytes of a source are compressed.</summary>
internal enum Compression
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>gzip (RFC 1952).</summary>
    Gzip,

    /// <summary>Brotli (RFC 7932).</summary>
    Brotli,

    /// <summary>Zstandard (RFC 8878).</summary>
    Zstandard,

    /// <summary>bzip2.</summary>
    Bzip2,
}
