namespace Ingest.Manifest;

/// <summary>
/// A load of corrected rejects. Each record names the reject that it settles, and settles it in the transaction that applies
/// it: so it is applied once, whatever file it stands in.
/// </summary>
public sealed record Replay
{
    /// <summary>The file's column with the rejects' ids.</summary>
    public required string IdColumn { get; init; }

    /// <summary>The rejects whose records were not corrected: they stay open.</summary>
    public required IReadOnlySet<long> Uncorrected { get; init; }

    /// <summary>The rejects that were resolved before.</summary>
    public required IReadOnlySet<long> Resolved { get; init; }

    /// <summary>The rejects that several records correct: they are settled with the end of the file.</summary>
    public required IReadOnlySet<long> Shared { get; init; }

    /// <summary>Whether all of it is one transaction: of a reject that is half applied, nobody could tell later which half.</summary>
    public bool IsWhole => Shared.Count > 0;

    /// <summary>The rejects that are open again, where the table that they were resolved in is gone.</summary>
    public IReadOnlySet<long> Reopened { get; init; } = new HashSet<long>();

    /// <summary>Whether the records of a reject are left out.</summary>
    public bool LeavesOut(long reject) => Uncorrected.Contains(reject) || Resolved.Contains(reject);
}
