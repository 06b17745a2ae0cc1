using Ingest.Manifest;

namespace Ingest.Lanes;

/// <summary>The four counts that a merge returns.</summary>
/// <param name="Staged">Rows staged.</param>
/// <param name="Distinct">Rows left after repeated keys.</param>
/// <param name="Inserted">Rows inserted.</param>
/// <param name="Updated">Rows updated.</param>
internal readonly record struct MergeCounts(long Staged, long Distinct, long Inserted, long Updated)
{
    /// <summary>The share of the accounting identity that these rows have.</summary>
    public LoadCounts ToLoadCounts(LoadMode mode)
    {
        var left = Distinct - Inserted - Updated;
        var keepsOld = mode is LoadMode.Upsert or LoadMode.Replace;
        return new()
        {
            Read = Staged,
            Superseded = Staged - Distinct,
            Inserted = Inserted,
            Updated = Updated,
            Unchanged = keepsOld ? left : 0,
            Skipped = keepsOld ? 0 : left,
        };
    }
}
