using Ingest.Manifest;

namespace Ingest.Lanes;

/// <summary>The counts that a merge returns.</summary>
/// <param name="Staged">Rows staged.</param>
/// <param name="Distinct">Rows left after repeated keys.</param>
/// <param name="Inserted">Rows inserted.</param>
/// <param name="Updated">Rows updated.</param>
/// <param name="Dropped">
/// Where a trigger may drop rows: how many were neither there before nor inserted, or were to be updated and were not; new rows that it has
/// given another key are among them.
/// </param>
internal readonly record struct MergeCounts(long Staged, long Distinct, long Inserted, long Updated, long Dropped = 0)
{
    /// <summary>The share of the accounting identity that these rows have.</summary>
    public LoadCounts ToLoadCounts(LoadMode mode)
    {
        var left = Distinct - Inserted - Updated;
        var skipped = mode is LoadMode.Upsert or LoadMode.Replace ? Math.Clamp(Dropped, 0, left) : left;
        return new()
        {
            Read = Staged,
            Superseded = Staged - Distinct,
            Inserted = Inserted,
            Updated = Updated,
            Unchanged = left - skipped,
            Skipped = skipped,
        };
    }
}
