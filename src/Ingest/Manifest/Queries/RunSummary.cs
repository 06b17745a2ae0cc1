namespace Ingest.Manifest.Queries;

/// <summary>One run as the manifest knows it.</summary>
/// <param name="RunId">The run's identity.</param>
/// <param name="StartedAt">When it began (UTC).</param>
/// <param name="FinishedAt">When it ended, or null while it runs or when it was killed.</param>
/// <param name="Status">The status that the manifest stores.</param>
/// <param name="Target">The target table.</param>
/// <param name="Mode">The load mode.</param>
/// <param name="Host">The machine that it ran on, or null.</param>
/// <param name="Pid">The process there, or null.</param>
/// <param name="Version">The program's version, or null.</param>
/// <param name="Notes">What ended it, or null.</param>
/// <param name="Files">The number of files whose load this run worked on last.</param>
/// <param name="Counts">The counts over those files.</param>
public sealed record RunSummary(
    Guid RunId, DateTime StartedAt, DateTime? FinishedAt, string Status, string Target, string Mode,
    string? Host, int? Pid, string? Version, string? Notes, long Files, LoadCounts Counts);

/// <summary>One file's load as the manifest knows it.</summary>
/// <param name="Id">The manifest entry.</param>
/// <param name="File">The file.</param>
/// <param name="Target">The target table.</param>
/// <param name="Mode">The load mode.</param>
/// <param name="Status">The status that the manifest stores.</param>
/// <param name="Bytes">The file's size, or null.</param>
/// <param name="Checksum">Its SHA-256, or null until the whole file was read.</param>
/// <param name="StartedAt">When the load began (UTC).</param>
/// <param name="ProcessedAt">When it ended, or null.</param>
/// <param name="Counts">What became of its records; of a running load, what is committed.</param>
/// <param name="Notes">What ended it, or null.</param>
public sealed record FileSummary(
    long Id, string File, string Target, string Mode, string Status, long? Bytes, byte[]? Checksum,
    DateTime StartedAt, DateTime? ProcessedAt, LoadCounts Counts, string? Notes);
