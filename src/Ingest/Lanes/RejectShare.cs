using Ingest.Manifest;

namespace Ingest.Lanes;

/// <summary>
/// What one batch takes of the <see cref="RejectBudget"/>. It is taken before the commit, so that two lanes that commit
/// at the same moment cannot pass the limit together, and given back unless the batch is kept.
/// </summary>
internal sealed class RejectShare(RejectBudget budget) : IDisposable
{
    private long taken;

    /// <summary>Takes what the rejects of an attempt come to so far.</summary>
    /// <param name="file">The file, for the message.</param>
    /// <param name="rejects">The file's rejects in the batch.</param>
    /// <param name="count">All rejects of the batch.</param>
    /// <exception cref="RejectLimitException">That is more than the run may have; the batch rolls back then.</exception>
    public void Take(string file, IReadOnlyList<NewReject> rejects, int count)
    {
        if (rejects.Count == 0) return;
        budget.Take(file, rejects, count - taken);
        taken = count;
    }

    /// <summary>Gives everything back: the attempt was undone.</summary>
    public void GiveBack()
    {
        budget.Add(-taken);
        taken = 0;
    }

    /// <summary>The batch is committed, and its rejects are there for good.</summary>
    public void Keep() => taken = 0;

    /// <summary>Gives back what was not kept.</summary>
    public void Dispose() => GiveBack();
}
