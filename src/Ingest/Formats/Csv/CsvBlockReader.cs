using System.Security.Cryptography;
using Ingest.Buffers;
using Ingest.Lanes;
using Ingest.Manifest;
using Ingest.Sources;

namespace Ingest.Formats.Csv;

/// <summary>Cuts decoded CSV text into blocks of about 256 KiB, on record boundaries, and hashes it in the same pass.</summary>
internal sealed class CsvBlockReader : IBlockReader
{
    /// <summary>A block and its padding fill a chunk of the pool.</summary>
    public const int BlockSize = ChunkPool.BlockChunk - CsvBlock.Padding;

    /// <summary>The most content between two lanes' points that is kept in memory while it is verified.</summary>
    private const int MostKept = 32 << 20;

    private readonly SourceStream source;
    private readonly string name;
    private readonly RecordBoundary boundary;
    private readonly int maxRecordBytes;
    private readonly int blockSize;
    private readonly long headerLength;
    private readonly IncrementalHash prefix;

    private ReadOnlyMemory<byte> head;
    private Chunk carried = Chunk.Empty;
    private int carriedLength;
    private long position;
    private long lines;
    private byte[] prefixHash = [];
    private bool ended;

    /// <summary>Starts at the front of <paramref name="source"/>, or where another has come to that looked at it.</summary>
    /// <param name="source">The decoded text, opened without hashing a pass-through source; this reader disposes it.</param>
    /// <param name="head">The content that was read from <paramref name="source"/> already, without what was passed over.</param>
    /// <param name="name">The file, for messages.</param>
    /// <param name="dialect">How the text is laid out.</param>
    /// <param name="preambleLength">The bytes before the first record: <c>sep=</c> line, skipped lines, header.</param>
    /// <param name="maxRecordBytes">The most bytes of one record.</param>
    /// <param name="blockSize">The most bytes of a block of more than one record.</param>
    /// <param name="passed">The part of the preamble that was read and is no more to be had, or null; taken over.</param>
    public CsvBlockReader(
        SourceStream source, ReadOnlyMemory<byte> head, string name, CsvDialect dialect, long preambleLength, int maxRecordBytes, int blockSize = BlockSize,
        PassedOver? passed = null)
    {
        this.source = source;
        this.name = name;
        this.maxRecordBytes = maxRecordBytes;
        // A record that one block holds is not measured: no block may hold one beyond the limit.
        this.blockSize = (int)Math.Min(blockSize, LongestRecord(maxRecordBytes));
        boundary = new(dialect);
        headerLength = preambleLength;
        this.head = head;
        position = passed?.Bytes ?? 0;
        lines = passed?.Lines ?? 0;
        prefix = passed?.Hash ?? IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        if (passed is null) prefix.AppendData(source.Bom);
    }

    /// <inheritdoc/>
    public long BytesRead => source.RawBytesRead;

    /// <inheritdoc/>
    public byte[] Checksum => source.IsPassThrough ? prefixHash : source.RawSha256!;

    /// <inheritdoc/>
    public void SkipTo(RestartPoint point, CancellationToken cancellationToken)
    {
        var (target, what) = point.Position == 0 ? (headerLength, "header") : (point.Position, "content");
        var buffer = ChunkPool.Rent(BlockSize);
        var endsInReturn = false;
        try
        {
            while (position < target)
            {
                var wanted = (int)Math.Min(BlockSize, target - position);
                var read = Read(buffer.Span[..wanted]);
                cancellationToken.ThrowIfCancellationRequested();
                var text = buffer.Span[..read];
                prefix.AppendData(text);
                lines += LineBreaks.Count(text) - (endsInReturn && text.StartsWith("\n"u8) ? 1 : 0);
                endsInReturn = text.EndsWith("\r"u8);
                position += read;
                if (read < wanted) throw CsvErrors.ShorterThanBefore(name, what, target, position);
            }
        }
        finally
        {
            ChunkPool.Return(buffer);
        }
        if (point.Position > 0) lines = point.Line;
        prefixHash = prefix.GetCurrentHash();
        if (point.Position > 0 && !prefixHash.AsSpan().SequenceEqual(point.PrefixHash.Span))
            throw CsvErrors.PrefixChanged(name, target, prefixHash, point.PrefixHash.Span);
    }

    /// <inheritdoc/>
    public void Verify(IEnumerable<RestartPoint> later, CancellationToken cancellationToken)
    {
        var points = later.Where(p => p.Position > position).OrderBy(p => p.Position).ToArray();
        if (points.Length == 0) return;
        var distance = points[^1].Position - position;
        if (distance > MostKept && source.OpenAgain() is { } again)
        {
            using (again) VerifyAgain(again, points, cancellationToken);
            return;
        }
        // Lanes are mostly a few batches apart: what lies between them is read once, and kept.
        var between = new byte[distance];
        var read = Read(between);
        var taken = 0;
        Verify(points, buffer =>
        {
            var part = between.AsSpan(taken, Math.Min(buffer.Length, read - taken));
            part.CopyTo(buffer);
            taken += part.Length;
            return part.Length;
        }, cancellationToken);
        head = head.IsEmpty ? between : (byte[])[.. between, .. head.Span];
    }

    /// <summary>Reads the content from its start a second time: lanes that large records, or skewed keys, have taken far apart.</summary>
    private void VerifyAgain(SourceStream again, RestartPoint[] points, CancellationToken cancellationToken)
    {
        var buffer = new byte[BlockSize];
        for (var left = position; left > 0;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var read = again.Read(buffer.AsSpan(0, (int)Math.Min(buffer.Length, left)));
            if (read == 0) throw CsvErrors.ShorterThanBefore(name, "content", points[0].Position, position - left);
            left -= read;
        }
        Verify(points, again.Read, cancellationToken);
    }

    /// <summary>Compares the hash at each point with that of the content from here on.</summary>
    private void Verify(RestartPoint[] points, ReadPart read, CancellationToken cancellationToken)
    {
        var buffer = new byte[BlockSize];
        var at = position;
        using var ahead = prefix.Clone();
        foreach (var point in points)
        {
            while (at < point.Position)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var part = read(buffer.AsSpan(0, (int)Math.Min(buffer.Length, point.Position - at)));
                if (part == 0) throw CsvErrors.ShorterThanBefore(name, "content", point.Position, at);
                ahead.AppendData(buffer.AsSpan(0, part));
                at += part;
            }
            var hash = ahead.GetCurrentHash();
            if (!hash.AsSpan().SequenceEqual(point.PrefixHash.Span)) throw CsvErrors.PrefixChanged(name, point.Position, hash, point.PrefixHash.Span);
        }
    }

    private delegate int ReadPart(Span<byte> buffer);

    /// <inheritdoc/>
    public RecordBlock? Read(CancellationToken cancellationToken)
    {
        if (ended) return null;
        var capacity = Math.Max(blockSize, carriedLength);
        var chunk = ChunkPool.Rent(capacity + CsvBlock.Padding);
        carried.Span[..carriedLength].CopyTo(chunk.Span);
        var filled = carriedLength;
        ReturnCarried();
        try
        {
            while (true)
            {
                var wanted = capacity - filled;
                var read = Read(chunk.Span.Slice(filled, wanted));
                cancellationToken.ThrowIfCancellationRequested();
                filled += read;
                ended = read < wanted;
                if (ended)
                {
                    // The text before may end exactly here, but only an unclosed quote can make its last record huge.
                    if (filled > maxRecordBytes && boundary.FindLast(chunk.Span[..filled]) is var whole
                        && filled - whole > maxRecordBytes) throw TooLarge(chunk.Span[..filled], whole);
                    return filled == 0 ? Discard(chunk) : Cut(chunk, filled, filled);
                }
                var length = boundary.FindLast(chunk.Span[..filled]);
                if (length > 0) return Cut(chunk, filled, length);
                var most = (int)Math.Min(LongestRecord(maxRecordBytes), Array.MaxLength - CsvBlock.Padding);
                if (filled >= most) throw TooLarge(chunk.Span[..filled], 0);

                capacity = capacity * 2L < maxRecordBytes ? capacity * 2 : most;
                var larger = ChunkPool.Rent(capacity + CsvBlock.Padding);
                chunk.Span[..filled].CopyTo(larger.Span);
                ChunkPool.Return(chunk);
                chunk = larger;
            }
        }
        catch
        {
            ChunkPool.Return(chunk);
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        ReturnCarried();
        prefix.Dispose();
        source.Dispose();
    }

    /// <summary>The longest record with its CR LF, so that the limit does not depend on where blocks are cut.</summary>
    private static long LongestRecord(int maxRecordBytes) => maxRecordBytes + 2L;

    private int Read(Span<byte> target)
    {
        var taken = Math.Min(head.Length, target.Length);
        head.Span[..taken].CopyTo(target);
        head = head[taken..];
        return taken + source.Read(target[taken..]);
    }

    /// <summary>Takes the first <paramref name="length"/> bytes as a block and carries the rest over to the next one.</summary>
    private CsvBlock Cut(Chunk chunk, int filled, int length)
    {
        carriedLength = filled - length;
        if (carriedLength > 0)
        {
            carried = ChunkPool.Rent(carriedLength);
            chunk.Span.Slice(length, carriedLength).CopyTo(carried.Span);
        }
        var start = new RestartPoint(position, 0, lines, prefixHash);
        var before = prefix.Clone();
        var content = chunk.Span[..length];
        prefix.AppendData(content);
        prefixHash = prefix.GetCurrentHash();
        lines += LineBreaks.Count(content);
        position += length;
        return new CsvBlock(chunk, length, before)
        {
            BomLength = source.Bom.Length,
            Start = start,
            End = new RestartPoint(position, 0, lines, prefixHash),
        };
    }

    private static CsvBlock? Discard(Chunk chunk)
    {
        ChunkPool.Return(chunk);
        return null;
    }

    private void ReturnCarried()
    {
        ChunkPool.Return(carried);
        carried = Chunk.Empty;
        carriedLength = 0;
    }

    private SourceException TooLarge(ReadOnlySpan<byte> text, int recordStart)
    {
        var openQuote = boundary.OpenQuote;
        return openQuote >= 0
            ? CsvErrors.UnclosedQuote(name, source.Bom.Length + position + openQuote, LineBreaks.Count(text[..openQuote]) + lines + 1, maxRecordBytes)
            : CsvErrors.RecordTooLarge(name, source.Bom.Length + position + recordStart, LineBreaks.Count(text[..recordStart]) + lines + 1, maxRecordBytes);
    }
}
