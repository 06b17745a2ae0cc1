using System.Diagnostics;

namespace Ingest.Lanes;

/// <summary>When a batch is full.</summary>
/// <param name="Rows">The most rows.</param>
/// <param name="Bytes">The memory that a batch may keep; it may pass this by one segment.</param>
/// <param name="Covered">The blocks that a batch may cover, in bytes: a lane that gets no rows must not keep a transaction open for hours, nor be far behind at a resume.</param>
internal sealed record BatchLimits(int Rows, long Bytes, long Covered)
{
    /// <summary>What a long batch may send: from there on a longer COPY gains the server little.</summary>
    private const long LongestBytes = 128L << 20;

    /// <summary>How long one may take: its transaction is open meanwhile, and a failure costs its work.</summary>
    private static readonly TimeSpan LongestTime = TimeSpan.FromSeconds(5);

    /// <summary>None: a batch ends with its file, whose size is limited instead.</summary>
    public static BatchLimits None { get; } = new(1 << 30, long.MaxValue, long.MaxValue);

    /// <summary>Whether a batch ends where the source pauses: a pipe must not keep a transaction open.</summary>
    public bool EndAtPause => this != None;

    /// <summary>Whether a batch is full.</summary>
    public bool AreReached(Batch batch)
    {
        if (batch.Rows >= (long)Rows * batch.Length || batch.RetainedBytes >= Bytes || batch.CoveredBytes >= Covered * batch.Length) return true;
        return batch.Length > 1 && (batch.SentBytes >= LongestBytes || Stopwatch.GetElapsedTime(batch.BeganAt) >= LongestTime);
    }
}
