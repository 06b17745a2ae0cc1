using Ingest.Lanes;
using Ingest.Postgres;

namespace Ingest.Plan;

/// <summary>Everything decided before the first row moves.</summary>
/// <param name="Target">The target's catalog entry.</param>
/// <param name="Key">The conflict target's columns; empty where rows have no key.</param>
/// <param name="Files">The files in load order.</param>
/// <param name="Lanes">The number of lanes for files that are loaded from their start.</param>
/// <param name="Policy">How rows are applied.</param>
/// <param name="Notes">What the operator should know, a line each.</param>
internal sealed record RunPlan(
    TargetTable Target,
    IReadOnlyList<string> Key,
    IReadOnlyList<PlannedFile> Files,
    int Lanes,
    LoadPolicy Policy,
    IReadOnlyList<string> Notes) : IDisposable
{
    /// <summary>The files' names in the manifest.</summary>
    public string[] FileNames => [.. Files.Select(f => f.Plan.FileName)];

    /// <summary>Closes what the files still hold open.</summary>
    public void Dispose()
    {
        foreach (var file in Files) file.Plan.Dispose();
    }
}

/// <summary>A file and what its lanes need to apply it.</summary>
/// <param name="Plan">The file.</param>
/// <param name="Sql">The statements for its layout; files of one layout share them, and so the lanes' stage tables.</param>
/// <param name="Options">The options that a resume must have again.</param>
internal sealed record PlannedFile(FilePlan Plan, StageSql Sql, string Options);
