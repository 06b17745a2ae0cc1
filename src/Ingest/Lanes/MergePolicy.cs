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
