namespace Ingest;

/// <summary>How the memory of a run is shared out, so that it depends on neither the file nor the number of lanes.</summary>
internal static class MemoryBudget
{
    /// <summary>What all open batches together may keep: their rows, and the text that rejects would need.</summary>
    private const long AllBatches = 20L << 20;

    /// <summary>What one lane's batch may keep.</summary>
    public static long BatchBytes(int lanes) => Math.Max(AllBatches / lanes, 4L << 20);

    /// <summary>What the blocks of one lane's batch may have taken together, most of them given back: some five batches of narrow rows.</summary>
    public static long CoveredBytes(int lanes) => lanes * (32L << 20);

    /// <summary>
    /// What may wait for the lanes: about as much as the batch of one of two, so that one of them can fill its batch while
    /// the other merges.
    /// </summary>
    public const long WaitingBytes = 12L << 20;

    /// <summary>The bytes of small files that are read ahead of their turn; decoded they are about as many again.</summary>
    public const long ReadAheadBytes = 4L << 20;

    /// <summary>What one of them may come to decoded, where what is stored says nothing of it; a slice of 120 columns is as much.</summary>
    public const long WholeFileBytes = 24L << 20;

    /// <summary>What Parquet row groups that are decoded ahead of their turn may hold together.</summary>
    public const long RowGroupBytes = 32L << 20;

    /// <summary>
    /// The largest of them: what is decoded long before it is converted leaves the processor's cache, and that costs more
    /// than the columns of a larger row group lose to each other.
    /// </summary>
    public const long SmallRowGroupBytes = 4L << 20;

    /// <summary>
    /// What blocks of more than the usual size may hold together before reading waits: more than open batches can hold
    /// without being full, or reading and committing would wait for each other.
    /// </summary>
    public static long LargeBlockBytes(int lanes) => (lanes * BatchBytes(lanes)) + (4L << 20);
}
