using Ingest.Manifest.Queries;
using System.Globalization;

namespace Ingest.Cli.Rendering;

/// <summary>Runs and files of the manifest for people.</summary>
internal static class StatusText
{
    private static readonly string[] RunTitles = ["run", "started (UTC)", "seconds", "status", "table", "mode", "files", "read", "rejected"];

    /// <summary>Prints runs, a line each.</summary>
    public static void WriteRuns(Shell shell, IReadOnlyList<RunSummary> runs)
    {
        if (runs.Count == 0)
        {
            shell.Out.WriteLine("no runs yet");
            return;
        }
        TextTable.Print(shell, RunTitles, [.. runs.Select(Line)], column => column is 2 or >= 6);
    }

    /// <summary>Prints one run and its files.</summary>
    public static void WriteRun(Shell shell, RunSummary run, IReadOnlyList<FileSummary> files)
    {
        shell.Out.WriteLine($"run      {run.RunId}");
        shell.Out.WriteLine($"status   {run.Status}");
        shell.Out.WriteLine($"table    {run.Target} ({run.Mode})");
        shell.Out.WriteLine($"started  {Time(run.StartedAt)} UTC, {(run.FinishedAt is { } end ? $"ended {Time(end)}" : "not ended")}");
        if (run.Host is not null) shell.Out.WriteLine($"by       ingest {run.Version}, process {run.Pid} on {run.Host}");
        if (run.Notes is { Length: > 0 } notes) shell.Out.WriteLine($"notes    {notes}");
        if (files.Count == 0) return;
        shell.Out.WriteLine();
        TextTable.Print(shell, SummaryRows.Titles, [.. files.Select(Line)], column => column is > 0 and < 10);
        foreach (var file in files.Where(file => file.Notes is { Length: > 0 })) shell.Out.WriteLine(Printable.Of($"{file.File}: {file.Notes}"));
    }

    private static string[] Line(RunSummary run) =>
    [
        run.RunId.ToString(),
        Time(run.StartedAt),
        run.FinishedAt is { } end ? Figures.Seconds(end - run.StartedAt) : "",
        run.Status,
        run.Target,
        run.Mode,
        Figures.Count(run.Files),
        Figures.Count(run.Counts.Read),
        Figures.Count(run.Counts.Rejected),
    ];

    private static string[] Line(FileSummary file)
    {
        var elapsed = file.ProcessedAt - file.StartedAt;
        return SummaryRows.Cells(file.File, file.Counts, 0, elapsed ?? TimeSpan.Zero, file.Status);
    }

    private static string Time(DateTime time) => time.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
}
