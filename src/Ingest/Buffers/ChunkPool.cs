using System.Numerics;

namespace Ingest.Buffers;

/// <summary>
/// Chunks of the powers of two from 8 KiB to 1 MiB, for all threads. The framework's shared pool keeps arrays for each thread,
/// so that what a load holds at once would depend on the threads it happened to run on.
/// </summary>
internal static class ChunkPool
{
    /// <summary>Where rows lie in their chunks: grown by doubling, since of many lanes each gets few rows of a block.</summary>
    public const int FirstPlacesChunk = 8 << 10;

    /// <summary>Converted rows: small enough that the last, part-filled chunk of a segment wastes little.</summary>
    public const int RowsChunk = 64 << 10;

    /// <summary>Blocks of a source: small enough for a core's own cache together with what is made of them.</summary>
    public const int BlockChunk = 256 << 10;

    /// <summary>The largest: what is looked at of each file to tell its encoding.</summary>
    public const int LargestChunk = 1 << 20;

    /// <summary>Beyond this, what lies idle goes back to the system if it can; as much lies in huge pages, and cannot.</summary>
    private const long MostIdleBytes = 64 << 20;

    private static readonly Stack<Chunk>[] Idle = [.. Enumerable.Range(0, Kind(LargestChunk) + 1).Select(_ => new Stack<Chunk>())];
    private static readonly HugePages Pages = new(MostIdleBytes);
    private static readonly Lock Gate = new();
    private static long idleBytes;

    /// <summary>A chunk of at least <paramref name="size"/> bytes; a larger one than the pool's is made for the occasion.</summary>
    public static Chunk Rent(int size)
    {
        if (size > LargestChunk) return new(size, isPooled: false);
        var length = Math.Max((int)BitOperations.RoundUpToPowerOf2((uint)size), FirstPlacesChunk);
        lock (Gate)
        {
            if (Idle[Kind(length)].TryPop(out var chunk))
            {
                idleBytes -= length;
                return chunk;
            }
        }
        return Cut(length) ?? new(length, isPooled: true);
    }

    /// <summary>Gives a chunk back; nobody may use it any more. The empty one is nobody's.</summary>
    public static void Return(Chunk chunk)
    {
        if (chunk == Chunk.Empty) return;
        if (chunk.IsPooled)
        {
            lock (Gate)
            {
                if (chunk.Stays || idleBytes < MostIdleBytes)
                {
                    idleBytes += chunk.Length;
                    Idle[Kind(chunk.Length)].Push(chunk);
                    return;
                }
            }
        }
        ((IDisposable)chunk).Dispose();
    }

    private static unsafe Chunk? Cut(int length)
    {
        var piece = Pages.TryCut(length);
        return piece is null ? null : new(piece, length);
    }

    private static int Kind(int length) => BitOperations.Log2((uint)(length / FirstPlacesChunk));
}
