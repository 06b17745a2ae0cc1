using System.Buffers.Binary;
using Ingest.Parquet.Sources;

namespace Ingest.Parquet.Metadata;

/// <summary>Finds and reads the footer: metadata, its length in 4 bytes, and PAR1 at the end of the file (README.md, "File format").</summary>
internal static class FooterReader
{
    private const int TailBytes = 8;
    private const uint Magic = 0x31524150; // "PAR1"
    private const uint EncryptedMagic = 0x45524150; // "PARE"

    /// <summary>Reads the footer.</summary>
    /// <param name="source">The file.</param>
    /// <param name="limits">What it may ask for.</param>
    /// <param name="footerOffset">Where the metadata begin; pages lie before.</param>
    public static FileMetadata Read(ByteSource source, ParquetLimits limits, out long footerOffset)
    {
        if (source.Length < TailBytes + 4) throw StartsAsParquet(source) ? ParquetErrors.TooShort(source.Length) : ParquetErrors.NotParquet();
        Span<byte> tail = stackalloc byte[TailBytes + 4];
        source.Read(0, tail[TailBytes..]);
        source.Read(source.Length - TailBytes, tail[..TailBytes]);
        var head = BinaryPrimitives.ReadUInt32LittleEndian(tail[TailBytes..]);
        var end = BinaryPrimitives.ReadUInt32LittleEndian(tail[4..]);
        if (end == EncryptedMagic) throw ParquetErrors.Encrypted();
        if (end != Magic) throw head == Magic ? ParquetErrors.NoFooter() : ParquetErrors.NotParquet();

        var length = BinaryPrimitives.ReadUInt32LittleEndian(tail);
        footerOffset = source.Length - TailBytes - length;
        if (footerOffset < 4) throw ParquetErrors.Corrupt($"the footer declares {length} bytes in a file of {source.Length}");
        if (length > limits.MaxFooterBytes)
            throw ParquetErrors.Limit("the footer's length", length, limits.MaxFooterBytes, "fewer columns or row groups");
        // Not pooled: the statistics keep slices of it.
        var bytes = new byte[length];
        source.Read(footerOffset, bytes);
        return new FooterParser(bytes, limits).Parse();
    }

    /// <summary>Whether a file that is too short may be the beginning of one, as an empty one may.</summary>
    private static bool StartsAsParquet(ByteSource source)
    {
        Span<byte> head = stackalloc byte[(int)Math.Min(source.Length, 4)];
        source.Read(0, head);
        return head.SequenceEqual("PAR1"u8[..head.Length]);
    }
}
