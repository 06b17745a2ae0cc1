using Ingest.Cli.Options;
using Ingest.Cli.Rendering;
using Microsoft.Extensions.Logging;

namespace Ingest.Cli;

/// <summary>Prints how a command failed: one line on standard error, and a JSON document where one was asked for.</summary>
internal sealed class ErrorReport(Session session)
{
    /// <summary>A failure that the operator is meant to read.</summary>
    public ExitCode Failed(IngestException error)
    {
        var line = Line(error);
        PrintJson(error.Code, line, error.ExitCode);
        return error.ExitCode;
    }

    /// <summary>A failure that nobody foresaw.</summary>
    public ExitCode Unexpected(Exception error)
    {
        session.Log.LogDebug(error, "unexpected failure");
        var hint = session.Log.IsEnabled(LogLevel.Debug) ? "the log has the details" : "run it again with --log-level debug for the details";
        return Print("internal", $"unexpected failure, {error.GetType().Name}: {error.Message}; {hint}", ExitCode.FileFailed);
    }

    /// <summary>The end that a signal asked for.</summary>
    public ExitCode Interrupted(ExitCode code)
    {
        PrintJson("interrupted", InterruptedLine(code), code);
        return code;
    }

    /// <summary>The end at once that a second signal asked for.</summary>
    public void InterruptedAgain(ExitCode code)
    {
        // The terminal has written ^C beside what stood there.
        if (session.Shell.ErrorIsTerminal) session.Shell.Error.WriteLine();
        Print("interrupted", "interrupted again, ended at once: a load goes on where it ended with --resume", code);
    }

    /// <summary>Only the line of such an end, for a run whose result is printed as a whole.</summary>
    public string InterruptedLine(ExitCode code) =>
        Line("interrupted", code == ExitCode.Interrupted ? "interrupted by SIGINT" : "interrupted by SIGTERM");

    /// <summary>Only a line for errors that are too many to print.</summary>
    public void More(int count, Guid runId) => Line("more", $"{count} more; 'ingest status {runId}' lists the files");

    /// <summary>Only the line, for a file of a run whose result is printed as a whole.</summary>
    public string Line(IngestException error)
    {
        if (error.InnerException is { } inner) session.Log.LogDebug(inner, "the cause of {Code}", error.Code);
        return Line(error.Code, error.Message);
    }

    private string Line(string code, string message)
    {
        var line = session.Secrets.Apply(OneLine(message));
        if (session.Settings.LogFormat == LogFormat.Json) session.Log.LogError("{Error} ({Code})", line, code);
        else session.Shell.Error.WriteLine($"ingest: error: {line} ({code})");
        return line;
    }

    private ExitCode Print(string code, string message, ExitCode exitCode)
    {
        PrintJson(code, Line(code, message), exitCode);
        return exitCode;
    }

    private void PrintJson(string code, string line, ExitCode exitCode)
    {
        if (session.Settings.Output == OutputFormat.Json) ErrorJson.Write(session.Shell.Out, code, line, exitCode);
    }

    private static string OneLine(string message) =>
        string.Join(' ', message.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
}
