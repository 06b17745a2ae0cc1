namespace Ingest.Lanes;

/// <summary>
/// Whether a lane applies a batch in the order of its keys. Sessions that lock the same rows in one order cannot wait for each
/// other in a circle, but that takes a stage and a sort. So it is done only after a deadlock, and with each for twice as many batches.
/// </summary>
internal sealed class KeyOrderPolicy
{
    private const int ShortestStretch = 8;
    private const int LongestStretch = 256;

    private int stretch;
    private int left;

    /// <summary>Whether to do so with the next batch.</summary>
    public bool IsNext => left > 0;

    /// <summary>Learns of a deadlock.</summary>
    public void AddDeadlock() => left = stretch = Math.Clamp(stretch * 2, ShortestStretch, LongestStretch);

    /// <summary>Learns of a batch that was committed.</summary>
    public void AddCommit() => left = Math.Max(left - 1, 0);
}
