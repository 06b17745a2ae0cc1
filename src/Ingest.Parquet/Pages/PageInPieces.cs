using System.Buffers.Binary;
using Ingest.Parquet.Codecs;
using Ingest.Parquet.Encodings;
using Ingest.Parquet.Metadata;
using Ingest.Parquet.Schema;
using Ingest.Parquet.Vectors;

namespace Ingest.Parquet.Pages;

/// <summary>
/// Opens a page that is decompressed in pieces: its levels, which are short, are read at once, its values as they are
/// asked for. A checksum is held against all of the page's bytes before the first of them is used.
/// </summary>
internal static class PageInPieces
{
    private const string Levels = "the levels";

    /// <summary>Opens a page, or returns null where the codec cannot decompress in pieces.</summary>
    /// <param name="header">Its header.</param>
    /// <param name="offset">The offset of the header in the file.</param>
    /// <param name="body">Its bytes as stored, which this method or the page disposes.</param>
    /// <param name="codec">Its codec, or null where it is not compressed.</param>
    /// <param name="column">Its column.</param>
    /// <exception cref="ParquetException">The checksum does not match, or the levels are corrupt.</exception>
    public static RawPage? TryOpen(in PageHeader header, long offset, ChunkWindow body, PageCodec? codec, LeafColumn column)
    {
        PageStream? values = null;
        PageBuffer? levels = null;
        try
        {
            if (header.Crc is { } expected) Crc32.Check(expected, Checksum(body));
            // Version 2 leaves its levels uncompressed, in front of the values.
            if (header.Type == (int)PageType.DataV2)
            {
                body.Memory.Take(header.RepetitionBytes + header.DefinitionBytes);
                levels = new PageBuffer(header.RepetitionBytes + header.DefinitionBytes);
                body.Read(levels.Span);
                body = body.Rest();
            }
            var length = header.UncompressedBytes - (levels?.Length ?? 0);
            values = codec is null ? Stored(body, length) : codec.OpenStream(body, length);
            if (values is not null) return new RawPage(header, levels ?? Version1Levels(header, values, column, body.Memory), values, offset);
        }
        catch
        {
            levels?.Release();
            (values as IDisposable ?? body).Dispose();
            throw;
        }
        body.Memory.Give(levels?.Length ?? 0);
        levels?.Release();
        body.Dispose();
        return null;
    }

    private static StoredStream Stored(ChunkWindow body, int length) => body.Remaining == length
        ? new StoredStream(body, length)
        : throw ParquetErrors.Corrupt($"an uncompressed page has {body.Remaining} bytes where its header says {length}");

    private static uint Checksum(ChunkWindow body)
    {
        var crc = 0u;
        while (body.Remaining > 0)
        {
            var bytes = body.Peek(1);
            crc = Crc32.Compute(bytes, crc);
            body.Advance(bytes.Length);
        }
        body.Rewind();
        return crc;
    }

    /// <summary>Both levels as they lie in a page of version 1, with their lengths.</summary>
    private static PageBuffer Version1Levels(in PageHeader header, PageStream page, LeafColumn column, PageMemory memory)
    {
        var levels = new PageBuffer(0);
        try
        {
            Append(ref levels, page, header.RepetitionEncoding, column.MaxRepetitionLevel, header.ValueCount, memory);
            Append(ref levels, page, header.DefinitionEncoding, column.MaxDefinitionLevel, header.ValueCount, memory);
            return levels;
        }
        catch
        {
            levels.Release();
            throw;
        }
    }

    private static void Append(ref PageBuffer levels, PageStream page, int encoding, int max, int count, PageMemory memory)
    {
        // Another encoding is refused where the levels are decoded.
        if (max == 0 || (PageEncoding)encoding is not (PageEncoding.Rle or PageEncoding.BitPacked)) return;
        Span<byte> prefix = stackalloc byte[(PageEncoding)encoding == PageEncoding.Rle ? sizeof(int) : 0];
        page.Read(prefix, Levels);
        var bytes = prefix.IsEmpty ? BitPackedLevelDecoder.BytesFor(count, max) : BinaryPrimitives.ReadInt32LittleEndian(prefix);
        if (bytes < 0 || bytes > page.Remaining) throw ParquetErrors.Ends(Levels);
        memory.Take(prefix.Length + bytes);
        var longer = new PageBuffer(levels.Length + prefix.Length + (int)bytes);
        levels.Span.CopyTo(longer.Span);
        prefix.CopyTo(longer.Span[levels.Length..]);
        var rest = longer.Span[(levels.Length + prefix.Length)..];
        levels.Release();
        levels = longer;
        page.Read(rest, Levels);
    }
}
