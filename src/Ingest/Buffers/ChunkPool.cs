namespace Ingest.Buffers;

/// <summary>
/// Chunks of a few sizes, for all threads. The framework's shared pool keeps arrays for each thread, so that what a load
/// holds at once would depend on the threads it happened to run on.
/// </summary>
internal static class ChunkPool
{
    /// <summary>Where the rows of a block lie in their chunks, for a lane: of two lanes, and rows of the usual length.</summary>
    public const int PlacesChunk = 32 << 10;

    /// <summary>Converted rows: small enough that the last, part-filled chunk of a segment wastes little.</summary>
    public const int RowsChunk = 64 << 10;

    /// <summary>Blocks of a source: small enough for a core's own cache together with what is made of them.</summary>
    public const int BlockChunk = 256 << 10;

    /// <summary>Beyond this, what lies idle goes back to the system.</summary>
    private const long MostIdleBytes = 64 << 20;

    private static readonly int[] Sizes = [PlacesChunk, RowsChunk, BlockChunk];
    private static readonly Stack<Chunk>[] Idle = [new(), new(), new()];
    private static readonly Lock Gate = new();
    private static long idleBytes;

    /// <summary>A chunk of at least <paramref name="size"/> bytes; a larger one than the pool's is made for the occasion.</summary>
    public static Chunk Rent(int size)
    {
        var kind = 0;
        while (kind < Sizes.Length && Sizes[kind] < size) kind++;
        if (kind == Sizes.Length) return new(size, isPooled: false);
        lock (Gate)
        {
            if (Idle[kind].TryPop(out var chunk))
            {
                idleBytes -= chunk.Length;
                return chunk;
            }
        }
        return new(Sizes[kind], isPooled: true);
    }

    /// <summary>Gives a chunk back; nobody may use it any more. The empty one is nobody's.</summary>
    public static void Return(Chunk chunk)
    {
        if (chunk == Chunk.Empty) return;
        var kind = Array.IndexOf(Sizes, chunk.Length);
        lock (Gate)
        {
            if (kind >= 0 && idleBytes < MostIdleBytes)
            {
                Idle[kind].Push(chunk);
                idleBytes += chunk.Length;
                return;
            }
        }
        ((IDisposable)chunk).Dispose();
    }
}
