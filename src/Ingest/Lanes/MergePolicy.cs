namespace Ingest.Lanes;

/// <summary>
/// Which merge a lane's next batch should use, by what the last one met: a file is mostly of one kind. The wrong guess
/// costs time, never a row.
/// </summary>
internal sealed class MergePolicy
{
    /// <summary>A guess that was wrong leaves dead versions of the rows behind, so it is not made again.</summary>
    private bool wasMixed;

    /// <summary>The merge for the next batch.</summary>
    public MergeGuess Next { get; private set; }

    /// <summary>Learns from a batch.</summary>
    public void Learn(in BatchOutcome outcome)
    {
        var counts = outcome.Counts;
        var way = counts.Updated * 2 > counts.Read ? MergeWay.Update
            : (counts.Updated + counts.Unchanged) * 2 > counts.Read ? MergeWay.Missing
            : MergeWay.Insert;
        var isUniform = counts.Read > 0 && (counts.Updated == counts.Read || counts.Unchanged == counts.Read);
        wasMixed |= Next.IsUniform && !isUniform;
        Next = new(way, isUniform && !wasMixed);
    }
}

/// <summary>What is expected of a batch.</summary>
/// <param name="Way">How to merge it.</param>
/// <param name="IsUniform">Whether one and the same will become of all its rows: then their files can be merged together, and each file's counts are known.</param>
internal readonly record struct MergeGuess(MergeWay Way, bool IsUniform);

/// <summary>How staged rows are merged into the target.</summary>
internal enum MergeWay
{
    /// <summary>INSERT … ON CONFLICT for all: right for new keys.</summary>
    Insert,

    /// <summary>The same for rows that the target does not have as they are: right when most are unchanged.</summary>
    Missing,

    /// <summary>UPDATE of the changed ones first, then what is missing: right when most are changed.</summary>
    Update,
}
