using Ingest.Manifest;

namespace Ingest.Plan;

/// <summary>How one file ended.</summary>
public sealed record FileResult
{
    /// <summary>The file as the user named it.</summary>
    public required string File { get; init; }

    /// <summary>The target table.</summary>
    public required string Table { get; init; }

    /// <summary>Where it stands.</summary>
    public required FileStatus Status { get; init; }

    /// <summary>The counts over all runs that worked on this load of the file.</summary>
    public required LoadCounts Counts { get; init; }

    /// <summary>The time that this run spent on it.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>The bytes of the file as stored.</summary>
    public long Bytes { get; init; }

    /// <summary>The error that ended it, or null.</summary>
    public IngestException? Error { get; init; }

    /// <summary>The first rejects, for the summary of a dry run.</summary>
    public IReadOnlyList<RejectSample> Rejects { get; init; } = [];
}

/// <summary>A reject as a summary shows it.</summary>
/// <param name="Record">The 1-based number of the record.</param>
/// <param name="Line">The 1-based line that it starts on, or 0 where the format has no lines.</param>
/// <param name="Column">The column, or null.</param>
/// <param name="Code">The SQLSTATE or own code.</param>
/// <param name="Message">The reason.</param>
public sealed record RejectSample(long Record, long Line, string? Column, string Code, string Message);

/// <summary>How a run ended.</summary>
public sealed record LoadResult
{
    /// <summary>The run's identity in the manifest.</summary>
    public required Guid RunId { get; init; }

    /// <summary>The files in load order.</summary>
    public required IReadOnlyList<FileResult> Files { get; init; }

    /// <summary>The time of the whole run.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>The process's exit code.</summary>
    public required ExitCode ExitCode { get; init; }

    /// <summary>The error that ended the run, which may be that of one of its files, or null.</summary>
    public IngestException? Error { get; init; }

    /// <summary>What the plan decided, a line each, for a dry run and the log.</summary>
    public IReadOnlyList<string> Plan { get; init; } = [];

    /// <summary>The counts over all files.</summary>
    public LoadCounts Total => Files.Aggregate(default(LoadCounts), (sum, f) => sum + f.Counts);
}
