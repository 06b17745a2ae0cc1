using Ingest.Cli.Logging;
using Ingest.Manifest;
using Ingest.Telemetry;
using Spectre.Console;

namespace Ingest.Cli.Rendering;

/// <summary>Live lines on a terminal: the running files, and how many are done.</summary>
internal sealed class TerminalProgress(Shell shell, LogOutput log)
{
    private const int MostLines = 8;
    private const string Green = "\u001b[32m";
    private const string Plain = "\u001b[0m";
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(150);

    /// <summary>Whether standard error is a terminal that can move its cursor; turns that on where it has to be (Windows).</summary>
    public static bool IsPossible(Shell shell) => shell.ErrorIsTerminal
        && AnsiConsole.Create(new() { Ansi = AnsiSupport.Detect, Out = new AnsiConsoleOutput(Console.Error) }).Profile.Capabilities.Ansi;

    /// <summary>Shows the progress until <paramref name="load"/> has ended; takes no part in its outcome.</summary>
    public async Task FollowAsync(LoadProgress progress, Task load)
    {
        using var region = new LiveRegion(shell.Error);
        using var through = log.Through(region.WriteAbove);
        while (!load.IsCompleted)
        {
            region.Update(Draw(progress));
            await Task.WhenAny(load, Task.Delay(Interval));
        }
    }

    private List<string> Draw(LoadProgress progress)
    {
        var files = progress.Files;
        var lines = files.Where(file => file.Status == FileStatus.Running).Take(MostLines)
            .Select(file => ProgressLine.Format(ProgressSample.Of(file), shell.LineWidth))
            .Select(line => shell.Colour ? Green + line + Plain : line)
            .ToList();
        var done = files.Count(file => file.Status is not (FileStatus.Running or FileStatus.Pending));
        if (files.Count == 0) lines.Add("planning…");
        else if (files.Count > 1) lines.Add($"{done} of {files.Count} files done");
        return lines;
    }
}
