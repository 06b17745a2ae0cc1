namespace Ingest.Lanes;

/// <summary>
/// Which merge a lane's next batch should use, by what the last one met: a file is mostly of one kind. The wrong guess
/// costs time, never a row.
/// </summary>
internal sealed class MergePolicy
{
    /// <summary>The merge for the next batch.</summary>
    public MergeWay Way { get; private set; }

    /// <summary>Learns from a batch.</summary>
    public void Learn(in BatchOutcome outcome)
    {
        var counts = outcome.Counts;
        Way = counts.Updated * 2 > counts.Read ? MergeWay.Update
            : (counts.Updated + counts.Unchanged) * 2 > counts.Read ? MergeWay.Missing
            : MergeWay.Insert;
    }
}

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
