namespace Ingest.Lanes;

/// <summary>
/// Arrays of one size for blocks and rows. One stack for all threads, because the framework's shared pool keeps arrays
/// for each thread, and what a load holds at once would depend on the threads it happened to run on.
/// </summary>
internal static class ChunkPool
{
    /// <summary>The size of every array: small enough for a core's own cache together with what is made of it.</summary>
    public const int ChunkSize = 256 << 10;

    /// <summary>More than this lie idle only after a burst.</summary>
    private const int MostIdle = 256;

    private static readonly Stack<byte[]> Idle = new();
    private static readonly Lock Gate = new();

    /// <summary>An array of at least <paramref name="size"/> bytes; of <see cref="ChunkSize"/> where that is enough.</summary>
    public static byte[] Rent(int size)
    {
        if (size > ChunkSize) return GC.AllocateUninitializedArray<byte>(size);
        lock (Gate)
        {
            if (Idle.TryPop(out var chunk)) return chunk;
        }
        return GC.AllocateUninitializedArray<byte>(ChunkSize);
    }

    /// <summary>Gives an array back.</summary>
    public static void Return(byte[] chunk)
    {
        if (chunk.Length != ChunkSize) return;
        lock (Gate)
        {
            if (Idle.Count < MostIdle) Idle.Push(chunk);
        }
    }
}
