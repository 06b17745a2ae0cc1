using System.Security.Cryptography;
using Ingest.Buffers;
using Ingest.Lanes;
using Ingest.Manifest;

namespace Ingest.Formats.Csv;

/// <summary>A slice of decoded CSV text that starts and ends at a record boundary.</summary>
internal sealed class CsvBlock : RecordBlock
{
    /// <summary>Readable bytes after the content, so that the tokenizer may load whole vectors at the end.</summary>
    public const int Padding = 64;

    private readonly IncrementalHash? prefix;
    private readonly Chunk chunk;

    /// <summary>The place that was asked for last. Lanes share the block: it is exchanged whole.</summary>
    private LinePlace latest = new(0, 0);

    /// <summary>Takes over a pooled chunk with at least <see cref="Padding"/> bytes after the content.</summary>
    /// <param name="chunk">The pooled chunk.</param>
    /// <param name="length">The bytes of content.</param>
    /// <param name="prefix">The hash of all content before the block, for restart points inside it; taken over too.</param>
    public CsvBlock(Chunk chunk, int length, IncrementalHash? prefix = null)
    {
        this.chunk = chunk;
        this.prefix = prefix;
        Length = length;
    }

    /// <summary>The bytes of content.</summary>
    public int Length { get; }

    /// <summary>The bytes of the byte order mark of a UTF-8 file: what is reported stands so much further in it than in its content.</summary>
    public int BomLength { get; init; }

    /// <summary>The content.</summary>
    public ReadOnlySpan<byte> Content => chunk.Span[..Length];

    /// <summary>The content followed by <see cref="Padding"/> bytes of no meaning.</summary>
    public ReadOnlySpan<byte> Padded => chunk.Span[..(Length + Padding)];

    /// <inheritdoc/>
    public override int RetainedBytes => chunk.Length;

    /// <inheritdoc/>
    public override RawRecord Raw(int start, int length) => new(
        chunk.Memory.Slice(start, length),
        Start.Line + LinesBefore(start) + 1,
        BomLength + Start.Position + start);

    /// <inheritdoc/>
    public override RestartPoint PointAt(int rawStart, int records)
    {
        if (prefix is null) return Start;
        using var hash = ClonePrefix(prefix);
        hash.AppendData(Content[..rawStart]);
        return new(Start.Position + rawStart, Start.Record + records, Start.Line + LinesBefore(rawStart), hash.GetCurrentHash());
    }

    /// <summary>
    /// The line breaks before a record. They are counted from where it was asked last: of a block that a large record has made
    /// large, all records may be rejects.
    /// </summary>
    private long LinesBefore(int start)
    {
        var (known, lines) = latest;
        if (start >= known) lines += LineBreaks.Count(Content[known..start]);
        else lines -= LineBreaks.Count(Content[start..known]);
        latest = new(start, lines);
        return lines;
    }

    /// <summary>Lanes share the block, and a hash allows one thread at a time even for its clone.</summary>
    private static IncrementalHash ClonePrefix(IncrementalHash prefix)
    {
        lock (prefix) return prefix.Clone();
    }

    /// <inheritdoc/>
    protected override void Free()
    {
        prefix?.Dispose();
        ChunkPool.Return(chunk);
    }

    /// <summary>The start of a record.</summary>
    /// <param name="Start">Its offset in the block.</param>
    /// <param name="Lines">The line breaks before it.</param>
    private sealed record LinePlace(int Start, long Lines);
}
