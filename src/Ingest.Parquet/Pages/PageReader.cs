using Ingest.Parquet.Codecs;
using Ingest.Parquet.Encodings;
using Ingest.Parquet.Metadata;
using Ingest.Parquet.Schema;
using Ingest.Parquet.Sources;
using Ingest.Parquet.Thrift;
using Ingest.Parquet.Vectors;

namespace Ingest.Parquet.Pages;

/// <summary>Reads the pages of a column chunk in order: header, checksum, decompression (README.md, "Column chunks").</summary>
internal sealed class PageReader : IDisposable
{
    // Most headers have a few dozen bytes; with statistics of long values they grow.
    private const int HeaderBytes = 1 << 10;
    private const int MaxHeaderBytes = 16 << 20;

    // Older writers left the dictionary page's header out of the chunk's size (PARQUET-816).
    private const int Overhang = 100;

    private readonly long end;
    private readonly ChunkWindow window;
    private readonly PageCodec? codec;
    private readonly LeafColumn column;
    private readonly ParquetLimits limits;

    // A header that was looked at, and not passed over.
    private PageHeader? seen;
    private long headerOffset;

    public PageReader(ByteSource source, ColumnChunkMetadata chunk, long dataEnd, PageMemory memory, ParquetLimits limits)
    {
        if (chunk.FilePath is not null)
            throw ParquetErrors.Unsupported("the column is in another file", "write a file that holds all of its columns");
        var start = chunk.FirstPageOffset;
        if (chunk.ValueCount > 0 && (start < 4 || start > dataEnd || chunk.CompressedBytes > dataEnd - start))
            throw ParquetErrors.Corrupt($"the column has {chunk.CompressedBytes} bytes at {start}, which do not lie before the footer at {dataEnd}");
        codec = PageCodec.For(chunk.Codec);
        end = start + chunk.CompressedBytes;
        window = new ChunkWindow(source, start, Math.Min(end + Overhang, dataEnd), memory);
        column = chunk.Column;
        Memory = memory;
        this.limits = limits;
    }

    /// <summary>What its column holds: the receiver of a page gives its buffer's length back.</summary>
    public PageMemory Memory { get; }

    /// <summary>The offset of the next page's header.</summary>
    public long Position => window.Position;

    /// <summary>Reads the next dictionary or data page; pages of other kinds are passed over.</summary>
    /// <returns>False at the end of the chunk.</returns>
    public bool TryRead(out RawPage page)
    {
        while (seen is not null || window.Position < end)
        {
            var offset = seen is null ? window.Position : headerOffset;
            var header = seen ?? ReadHeader();
            seen = null;
            if (header.Type is (int)PageType.Data or (int)PageType.DataV2 or (int)PageType.Dictionary)
            {
                page = TryOpenInPieces(header, offset) ?? new RawPage(header, ReadBody(header), null, offset);
                return true;
            }
            window.Skip(header.CompressedBytes);
        }
        page = default;
        return false;
    }

    /// <summary>Passes over the next page where it is a data page of at most <paramref name="most"/> values.</summary>
    /// <param name="most">The most values to pass over.</param>
    /// <param name="passed">How many it has.</param>
    public bool TryPass(long most, out int passed)
    {
        passed = 0;
        if (seen is not null || window.Position >= end) return false;
        headerOffset = window.Position;
        var next = ReadHeader();
        if (next.Type is (int)PageType.Data or (int)PageType.DataV2 && next.ValueCount <= most)
        {
            passed = next.ValueCount;
            window.Skip(next.CompressedBytes);
            return true;
        }
        seen = next;
        return false;
    }

    public void Dispose()
    {
        window.Dispose();
        Memory.Dispose();
    }

    private PageHeader ReadHeader()
    {
        for (var size = HeaderBytes; ; size *= 16)
        {
            var bytes = window.Peek(size);
            var isAll = bytes.Length == window.Remaining || size >= MaxHeaderBytes;
            var reader = new CompactReader(bytes);
            try
            {
                var header = PageHeaderReader.Read(ref reader);
                window.Advance(reader.Position);
                Check(header);
                return header;
            }
            catch (ParquetException) when (!isAll)
            {
                // The header may go on behind the window: look at more of it.
            }
        }
    }

    private void Check(in PageHeader header)
    {
        if (header.CompressedBytes < 0 || header.UncompressedBytes < 0)
            throw ParquetErrors.Corrupt("a page header has no size, or a negative one");
        if (header.CompressedBytes > window.Remaining)
            throw ParquetErrors.Corrupt($"a page has {header.CompressedBytes} bytes where its column chunk has {window.Remaining} left");
        if (header.Type is not ((int)PageType.Data or (int)PageType.DataV2 or (int)PageType.Dictionary)) return;
        if (!header.HasDetails) throw ParquetErrors.Corrupt($"a page of type {header.Type} lacks the header of its type");
        if (header.ValueCount < 0) throw ParquetErrors.Corrupt($"a page declares {header.ValueCount} values");
        CheckSizes(header);
    }

    // Before anything is allocated for the page.
    private void CheckSizes(in PageHeader header)
    {
        var isDictionary = header.Type == (int)PageType.Dictionary;
        var limit = isDictionary ? limits.MaxDictionaryBytes : limits.MaxPageBytes;
        var largest = Math.Max(header.UncompressedBytes, header.CompressedBytes);
        if (largest > limit)
        {
            throw ParquetErrors.Limit(isDictionary ? "the size of a dictionary page" : "the size of a page", largest, limit,
                isDictionary ? "smaller dictionary pages, or without them" : "smaller pages");
        }
        if (header.Type == (int)PageType.DataV2)
        {
            var levels = (long)header.RepetitionBytes + header.DefinitionBytes;
            if (header.RepetitionBytes < 0 || header.DefinitionBytes < 0 || levels > header.CompressedBytes || levels > header.UncompressedBytes)
                throw ParquetErrors.Corrupt($"a page has levels of {levels} bytes where it has {header.CompressedBytes}");
        }
        var ratio = codec is not null && IsCompressed(header) ? codec.MaxRatio : 1;
        if (header.UncompressedBytes > (long)header.CompressedBytes * ratio)
            throw ParquetErrors.Corrupt($"a page declares {header.UncompressedBytes} bytes where its {header.CompressedBytes} cannot hold so many");
    }

    private RawPage? TryOpenInPieces(in PageHeader header, long offset)
    {
        var bytes = header.UncompressedBytes - header.RepetitionBytes - header.DefinitionBytes;
        var packed = IsCompressed(header) ? codec : null;
        if (bytes <= (long)Memory.WholePageBytes * (packed?.WholeShares ?? 1) || !ValueDecoders.CanReadInPieces(column.PhysicalType, header)) return null;
        var body = new ChunkWindow(window.Source, window.Position, window.Position + header.CompressedBytes, Memory);
        if (PageInPieces.TryOpen(header, offset, body, packed, column) is not { } page) return null;
        window.Skip(header.CompressedBytes);
        return page;
    }

    private PageBuffer ReadBody(in PageHeader header)
    {
        Memory.Take(header.UncompressedBytes);
        var buffer = new PageBuffer(header.UncompressedBytes);
        try
        {
            if (codec is null || !IsCompressed(header)) ReadStored(header, buffer);
            else ReadCompressed(header, buffer);
            return buffer;
        }
        catch
        {
            buffer.Release();
            throw;
        }
    }

    private void ReadStored(in PageHeader header, PageBuffer buffer)
    {
        if (header.CompressedBytes != header.UncompressedBytes)
            throw ParquetErrors.Corrupt($"an uncompressed page has {header.CompressedBytes} bytes where its header says {header.UncompressedBytes}");
        window.Read(buffer.Span);
        Verify(header, buffer.Span);
    }

    private void ReadCompressed(in PageHeader header, PageBuffer buffer)
    {
        var body = window.Peek(header.CompressedBytes)[..header.CompressedBytes];
        Verify(header, body);
        // Version 2 leaves its levels uncompressed, in front of the values.
        var levels = header.RepetitionBytes + header.DefinitionBytes;
        body[..levels].CopyTo(buffer.Span);
        if (header.UncompressedBytes > levels) codec!.Decompress(body[levels..], buffer.Span[levels..]);
        window.Advance(header.CompressedBytes);
        window.Shrink();
    }

    private static void Verify(in PageHeader header, ReadOnlySpan<byte> body)
    {
        if (header.Crc is { } expected) Crc32.Check(expected, Crc32.Compute(body));
    }

    private static bool IsCompressed(in PageHeader header) => header.Type != (int)PageType.DataV2 || header.IsCompressed;
}
