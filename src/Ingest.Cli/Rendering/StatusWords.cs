using Ingest.Manifest;

namespace Ingest.Cli.Rendering;

/// <summary>The words for how files and runs ended.</summary>
internal static class StatusWords
{
    /// <summary>The word for a file.</summary>
    public static string Of(FileStatus status) => status switch
    {
        FileStatus.Pending => "pending",
        FileStatus.Running => "running",
        FileStatus.Success => "success",
        FileStatus.Partial => "partial",
        FileStatus.Failed => "failed",
        FileStatus.Interrupted => "interrupted",
        _ => "already loaded",
    };

    /// <summary>The word for a run.</summary>
    public static string Of(ExitCode code) => code switch
    {
        ExitCode.Success => "success",
        ExitCode.LoadedWithRejects => "loaded_with_rejects",
        ExitCode.Interrupted or ExitCode.Terminated => "interrupted",
        _ => "failed",
    };
}
