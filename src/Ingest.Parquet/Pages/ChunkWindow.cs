using Ingest.Parquet.Sources;
using Ingest.Parquet.Vectors;

namespace Ingest.Parquet.Pages;

/// <summary>
/// Reads a column chunk forward through a window, so that small pages do not cost a read each and large chunks are
/// never in memory as a whole.
/// </summary>
internal sealed class ChunkWindow(ByteSource source, long start, long end, PageMemory memory) : IDisposable
{
    private byte[] window = [];
    private int from;
    private int to;
    private readonly long first = start;
    private long position = start;

    /// <summary>The source.</summary>
    public ByteSource Source => source;

    /// <summary>What its column holds.</summary>
    public PageMemory Memory => memory;

    /// <summary>The offset in the file of the next byte.</summary>
    public long Position => position;

    /// <summary>The bytes of the chunk that are left.</summary>
    public long Remaining => end - position;

    /// <summary>
    /// The next bytes without moving on: at least <paramref name="count"/> of them, or all that are left. The array
    /// has <see cref="PageBuffer.Slack"/> bytes behind them.
    /// </summary>
    public ReadOnlySpan<byte> Peek(int count)
    {
        var wanted = (int)Math.Min(count, Remaining);
        if (to - from < wanted) Fill(wanted);
        return window.AsSpan(from, to - from);
    }

    /// <summary>Moves on by bytes that were peeked at.</summary>
    public void Advance(int count)
    {
        from += count;
        position += count;
    }

    /// <summary>Fills <paramref name="destination"/> with the next bytes, past the window where it has too few.</summary>
    public void Read(Span<byte> destination)
    {
        var held = Math.Min(to - from, destination.Length);
        window.AsSpan(from, held).CopyTo(destination);
        Advance(held);
        if (held == destination.Length) return;
        source.Read(position, destination[held..]);
        position += destination.Length - held;
        from = to = 0;
    }

    /// <summary>Moves on by any number of bytes of the chunk.</summary>
    public void Skip(long count)
    {
        var held = (int)Math.Min(to - from, count);
        Advance(held);
        position += count - held;
        if (from == to) from = to = 0;
    }

    /// <summary>The bytes that are left as a window of their own, which takes over from this one.</summary>
    public ChunkWindow Rest()
    {
        Dispose();
        return new ChunkWindow(source, position, end, memory);
    }

    /// <summary>Goes back to the first byte.</summary>
    public void Rewind()
    {
        position = first;
        from = to = 0;
    }

    /// <summary>Gives a large array back that one large page needed; the spans that <see cref="Peek"/> gave end here.</summary>
    public void Shrink()
    {
        if (window.Length <= 4 * memory.WindowBytes || to - from > memory.WindowBytes) return;
        var smaller = BufferPool<byte>.Shared.Rent(memory.WindowBytes + PageBuffer.Slack);
        window.AsSpan(from, to - from).CopyTo(smaller);
        BufferPool<byte>.Shared.Return(window);
        window = smaller;
        to -= from;
        from = 0;
    }

    public void Dispose()
    {
        if (window.Length > 0) BufferPool<byte>.Shared.Return(window);
        window = [];
        from = to = 0;
    }

    private void Fill(int wanted)
    {
        var size = Math.Max(wanted, (int)Math.Min(memory.WindowBytes, Remaining));
        var held = to - from;
        if (window.Length < size + PageBuffer.Slack)
        {
            var larger = BufferPool<byte>.Shared.Rent(size + PageBuffer.Slack);
            window.AsSpan(from, held).CopyTo(larger);
            if (window.Length > 0) BufferPool<byte>.Shared.Return(window);
            window = larger;
        }
        else
        {
            window.AsSpan(from, held).CopyTo(window);
        }
        from = 0;
        to = held;
        source.Read(position + held, window.AsSpan(held, size - held));
        to = size;
    }
}
