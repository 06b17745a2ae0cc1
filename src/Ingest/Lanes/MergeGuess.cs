namespace Ingest.Lanes;

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
