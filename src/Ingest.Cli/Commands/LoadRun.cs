using Ingest.Cli.Logging;
using Ingest.Cli.Rendering;
using Ingest.Plan;
using Ingest.Telemetry;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Ingest.Cli.Commands;

/// <summary>Runs a job with progress on standard error and the result on standard output.</summary>
internal static class LoadRun
{
    private const int MostErrors = 20;

    /// <summary>Runs the job and prints how it ended.</summary>
    /// <exception cref="IngestException">The job could not start.</exception>
    public static async Task<ExitCode> RunAsync(
        LoadJob job, NpgsqlConnectionStringBuilder connection, Session session, CancellationToken cancellationToken)
    {
        var result = await LoadAsync(job, connection, session, cancellationToken);
        return Print(result, job, session);
    }

    /// <summary>Runs the job with progress.</summary>
    public static async Task<LoadResult> LoadAsync(
        LoadJob job, NpgsqlConnectionStringBuilder connection, Session session, CancellationToken cancellationToken)
    {
        var progress = new LoadProgress();
        // Batches in flight end first, so that a press of Ctrl-C may seem to do nothing.
        await using var notice = cancellationToken.Register(() =>
        {
            using var scope = session.Log.BeginRun(progress);
            session.Log.LogWarning("stopping: waiting for the batches in flight; a second signal ends at once");
        });
        var load = new Loader(connection, session.Log).RunAsync(job with { StandardInput = session.Shell.OpenInput }, progress, cancellationToken);
        if (session.Settings.Quiet) return await load;
        await (TerminalProgress.IsPossible(session.Shell)
            ? new TerminalProgress(session.Shell, session.Log).FollowAsync(progress, load)
            : new LoggedProgress(session.Log).FollowAsync(progress, load));
        return await load;
    }

    /// <summary>Prints how the job ended; returns the exit code.</summary>
    public static ExitCode Print(LoadResult result, LoadJob job, Session session)
    {
        // The library knows that it was cancelled, not by which signal.
        var exitCode = result.ExitCode == ExitCode.Interrupted ? session.InterruptCode ?? result.ExitCode : result.ExitCode;
        PrintErrors(result, exitCode, session);
        if (session.Settings.Output == Options.OutputFormat.Json)
            ResultJson.Write(session.Shell.Out, result, exitCode, session.Secrets.Apply);
        else if (!session.Settings.Quiet || job.DryRun)
            ResultText.Write(session.Shell, result, exitCode, job.DryRun, session.Secrets.Apply);
        return exitCode;
    }

    private static void PrintErrors(LoadResult result, ExitCode exitCode, Session session)
    {
        var report = new ErrorReport(session);
        // Several files were in work when the run ended: its error is theirs, and is said once. So is that rejects were too
        // many, which is noticed at each file again.
        var errors = result.Files.Select(file => file.Error).Append(result.Error).OfType<IngestException>()
            .DistinctBy(error => (error.Code, error is RejectLimitException ? "" : error.Message)).ToList();
        foreach (var error in errors.Take(MostErrors)) report.Line(error);
        if (errors.Count > MostErrors) report.More(errors.Count - MostErrors, result.RunId);
        if (errors.Count == 0 && exitCode is ExitCode.Interrupted or ExitCode.Terminated) report.InterruptedLine(exitCode);
    }
}
