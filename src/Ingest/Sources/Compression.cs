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

/// <summary>Tells compression by the first bytes; the name counts only for Brotli, which has no magic.</summary>
internal static class CompressionSignature
{
    /// <summary>The number of first bytes that are looked at.</summary>
    public const int Length = 64 << 10;

    /// <summary>Tells the compression of a source.</summary>
    /// <param name="head">Its first bytes, <see cref="Length"/> of them or all.</param>
    /// <param name="name">Its name, for <c>.br</c> and messages.</param>
    /// <exception cref="SourceException">An archive or a compression that is not supported.</exception>
    public static Compression Detect(ReadOnlySpan<byte> head, string name)
    {
        if (head.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B])) return Compression.Gzip;
        if (IsZstandard(head)) return Compression.Zstandard;
        // Block size digit, then the magic of a block (π) or of the end (√π): "BZh" alone may be text.
        if (head.Length >= 10 && head.StartsWith("BZh"u8) && head[3] is >= (byte)'1' and <= (byte)'9'
            && (head[4..].StartsWith((ReadOnlySpan<byte>)[0x31, 0x41, 0x59, 0x26, 0x53, 0x59])
                || head[4..].StartsWith((ReadOnlySpan<byte>)[0x17, 0x72, 0x45, 0x38, 0x50, 0x90])))
            return Compression.Bzip2;
        if (head.StartsWith((ReadOnlySpan<byte>)[0xFD, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0]))
            throw SourceErrors.Unsupported(name, "compressed with xz", "xz -dc FILE | ingest load - …");
        if (head.StartsWith("PK\x03\x04"u8))
            throw SourceErrors.Unsupported(name, "a ZIP archive or a spreadsheet", "unzip -p FILE | ingest load - …, or save the sheet as CSV");
        if (name.EndsWith(".br", StringComparison.OrdinalIgnoreCase) && BrotliReader.LooksLikeBrotli(head)) return Compression.Brotli;
        return Compression.None;
    }

    private static bool IsZstandard(ReadOnlySpan<byte> head) =>
        head.StartsWith((ReadOnlySpan<byte>)[0x28, 0xB5, 0x2F, 0xFD])
        // A skippable frame (RFC 8878, 3.1.2): 0x184D2A50 to 0x184D2A5F, little-endian. pzstd begins with one.
        || (head.Length >= 4 && (head[0] & 0xF0) == 0x50 && head[1..].StartsWith((ReadOnlySpan<byte>)[0x2A, 0x4D, 0x18]));
}
