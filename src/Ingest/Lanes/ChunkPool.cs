namespace Ingest.Lanes;

/// <summary>
/// Arrays of one size. One stack for all threads, because the framework's shared pool keeps arrays for each thread, and
/// what a load holds at once would depend on the threads it happened to run on.
/// </summary>
internal sealed class ChunkPool(int chunkSize)
{
    /// <summary>Beyond this, what lies idle is left to the collector.</summary>
    private const long MostIdleBytes = 64 << 20;

    /// <summary>The size of the chunks that hold blocks.</summary>
    public const int BlockChunk = 256 << 10;

    private readonly Stack<byte[]> idle = new();
    private readonly Lock gate = new();

    /// <summary>Blocks of a source: small enough for a core's own cache together with what is made of them.</summary>
    public static ChunkPool Blocks { get; } = new(BlockChunk);

    /// <summary>Converted rows: small enough that the last, part-filled chunk of a segment wastes little.</summary>
    public static ChunkPool Rows { get; } = new(64 << 10);

    /// <summary>An array of at least <paramref name="size"/> bytes; a larger one than the pool's is made for the occasion.</summary>
    public byte[] Rent(int size)
    {
        if (size > chunkSize) return GC.AllocateUninitializedArray<byte>(size);
        lock (gate)
        {
            if (idle.TryPop(out var chunk)) return chunk;
        }
        return GC.AllocateUninitializedArray<byte>(chunkSize, pinned: true);
    }

    /// <summary>Gives an array back.</summary>
    public void Return(byte[] chunk)
    {
        if (chunk.Length != chunkSize) return;
        lock (gate)
        {
            if ((long)idle.Count * chunkSize < MostIdleBytes) idle.Push(chunk);
        }
    }
}
