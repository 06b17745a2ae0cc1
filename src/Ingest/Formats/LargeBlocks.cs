using Ingest.Buffers;
using Ingest.Lanes;

namespace Ingest.Formats;

/// <summary>
/// Bounds the memory of blocks that are larger than usual, as a record of many megabytes makes them: the next block is
/// read when enough of those before it have been committed.
/// </summary>
/// <param name="most">The bytes from which on reading waits; one more block of any size may then come.</param>
internal sealed class LargeBlocks(long most)
{
    private readonly object gate = new();
    private long held;
    private long allocatedAtCollection;

    /// <summary>Blocks the caller's thread until there is room for another block.</summary>
    public void WaitForRoom(CancellationToken cancellationToken)
    {
        lock (gate)
        {
            if (held < most) return;
        }
        using var wake = cancellationToken.Register(Wake);
        lock (gate)
        {
            while (held >= most)
            {
                cancellationToken.ThrowIfCancellationRequested();
                Monitor.Wait(gate);
            }
        }
    }

    /// <summary>Counts a block until its memory is given back.</summary>
    public void Add(RecordBlock block)
    {
        if (block.RetainedBytes <= ChunkPool.BlockChunk) return;
        Hold(block, block.RetainedBytes);
    }

    /// <summary>A method of its own, so that a block of the usual size costs no closure.</summary>
    private void Hold(RecordBlock block, int size)
    {
        Collect();
        lock (gate) held += size;
        block.Freed = _ =>
        {
            lock (gate) held -= size;
            Wake();
        };
    }

    /// <summary>
    /// Such blocks, and what is made of them, are made for the occasion: left alone, the collector lets garbage grow by the
    /// memory of the machine (measured: 380 MB for records of 15 MB, against 190 MB). Where pools serve them, there is none.
    /// </summary>
    private void Collect()
    {
        var allocated = GC.GetTotalAllocatedBytes();
        if (allocated - allocatedAtCollection < most) return;
        allocatedAtCollection = allocated;
        GC.Collect();
    }

    private void Wake()
    {
        lock (gate) Monitor.PulseAll(gate);
    }
}
