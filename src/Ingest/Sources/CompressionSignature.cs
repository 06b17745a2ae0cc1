using System.Text.Unicode;

namespace Ingest.Sources;

/// <summary>
/// Tells compression by the first bytes. The name counts for Brotli, which has no magic, and for files that end before
/// their magic does: an empty <c>.gz</c> is a failed transfer, not an empty table.
/// </summary>
internal static class CompressionSignature
{
    /// <summary>The number of first bytes that are looked at.</summary>
    public const int Length = 64 << 10;

    // Block size digit, then the magic of a block (π) or of the end (√π): "BZh" alone may be text.
    private static ReadOnlySpan<byte> Bzip2Block => [0x31, 0x41, 0x59, 0x26, 0x53, 0x59];

    private static ReadOnlySpan<byte> Bzip2End => [0x17, 0x72, 0x45, 0x38, 0x50, 0x90];

    private static ReadOnlySpan<byte> GzipMagic => [0x1F, 0x8B];

    private static ReadOnlySpan<byte> ZstandardMagic => [0x28, 0xB5, 0x2F, 0xFD];

    private static ReadOnlySpan<byte> XzMagic => [0xFD, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0];

    /// <summary>Tells the compression of a source.</summary>
    /// <param name="head">Its first bytes, <see cref="Length"/> of them or all.</param>
    /// <param name="name">Its name.</param>
    /// <exception cref="SourceException">An archive or a compression that is not supported.</exception>
    public static Compression Detect(ReadOnlySpan<byte> head, string name) =>
        DetectByContent(head, name) is var found and not Compression.None ? found : ByName(head, name);

    /// <summary>The same, whatever the name, which is for messages only: of what a compressed file holds.</summary>
    public static Compression DetectByContent(ReadOnlySpan<byte> head, string name)
    {
        if (head.StartsWith(GzipMagic)) return Compression.Gzip;
        if (ParquetSignature.IsMatch(head)) throw SourceErrors.ParquetAsText(name);
        if (IsZstandard(head)) return Compression.Zstandard;
        if (IsBzip2(head)) return Compression.Bzip2;
        if (head.StartsWith(XzMagic))
            throw SourceErrors.Unsupported(name, "compressed with xz", "xz -dc FILE | ingest load - …");
        if (head.StartsWith("PK\x03\x04"u8))
            throw SourceErrors.Unsupported(name, "a ZIP archive or a spreadsheet", "unzip -p FILE | ingest load - …, or save the sheet as CSV");
        return Compression.None;
    }

    /// <summary>A text under the name of a compressed file is a text.</summary>
    private static Compression ByName(ReadOnlySpan<byte> head, string name)
    {
        if (Named(name, ".gz") && GzipMagic.StartsWith(head)) return Compression.Gzip;
        if (Named(name, ".zst") && ZstandardMagic.StartsWith(head)) return Compression.Zstandard;
        if (Named(name, ".bz2") && head.Length < 10 && "BZh"u8.StartsWith(head[..Math.Min(head.Length, 3)])) return Compression.Bzip2;
        // What neither decodes nor is text is damaged Brotli.
        return Named(name, ".br") && (BrotliReader.LooksLikeBrotli(head) || !Utf8.IsValid(head)) ? Compression.Brotli : Compression.None;
    }

    private static bool Named(string name, string extension) => name.EndsWith(extension, StringComparison.OrdinalIgnoreCase);

    private static bool IsZstandard(ReadOnlySpan<byte> head) =>
        head.StartsWith(ZstandardMagic)
        // A skippable frame (RFC 8878, 3.1.2): 0x184D2A50 to 0x184D2A5F, little-endian. pzstd begins with one.
        || (head.Length >= 4 && (head[0] & 0xF0) == 0x50 && head[1..].StartsWith((ReadOnlySpan<byte>)[0x2A, 0x4D, 0x18]));

    private static bool IsBzip2(ReadOnlySpan<byte> head) =>
        head.Length >= 10 && head.StartsWith("BZh"u8) && head[3] is >= (byte)'1' and <= (byte)'9'
        && (head[4..].StartsWith(Bzip2Block) || head[4..].StartsWith(Bzip2End));
}
