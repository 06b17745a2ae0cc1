using Ingest.Buffers;

namespace Ingest.Sources;

/// <summary>Lets the first bytes of a reader be looked at before they are read.</summary>
internal sealed class PeekReader(ByteReader inner) : ByteReader
{
    private Chunk buffer = Chunk.Empty;
    private int position;
    private int length;

    /// <summary>Whether the last <see cref="Peek"/> saw the whole content.</summary>
    public bool SawEnd { get; private set; }

    /// <summary>The next bytes, <paramref name="size"/> of them or as many as there are.</summary>
    public ReadOnlySpan<byte> Peek(int size)
    {
        if (position > 0) throw new InvalidOperationException("peek before the first read");
        // Grown by doubling: the size asked for is a limit, and most files are smaller.
        while (length < size && !SawEnd)
        {
            if (length == buffer.Length) Grow(Math.Min(size, Math.Max(64 << 10, buffer.Length * 2)));
            var read = inner.Read(buffer.Span[length..]);
            length += read;
            SawEnd = read == 0;
        }
        return buffer.Span[..Math.Min(size, length)];
    }

    /// <summary>Drops bytes that were peeked at.</summary>
    public void Skip(int size) => position += size;

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        if (position == length) return inner.Read(buffer);
        var size = Math.Min(buffer.Length, length - position);
        this.buffer.Span.Slice(position, size).CopyTo(buffer);
        position += size;
        if (position == length) Release();
        return size;
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        Release();
        inner.Dispose();
    }

    /// <summary>Pooled: a run may open thousands of files, twice each.</summary>
    private void Grow(int size)
    {
        var larger = ChunkPool.Rent(size);
        buffer.Span[..length].CopyTo(larger.Span);
        Release();
        buffer = larger;
    }

    private void Release()
    {
        ChunkPool.Return(buffer);
        buffer = Chunk.Empty;
    }
}
