using Ingest.Cli.Logging;
using Ingest.Manifest;
using Ingest.Telemetry;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Ingest.Cli.Rendering;

/// <summary>Live lines on a terminal: the running files, and how many are done.</summary>
internal sealed class TerminalProgress(Shell shell, LogOutput log)
{
    private const int MostLines = 8;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(150);

    /// <summary>Shows the progress until <paramref name="load"/> has ended; takes no part in its outcome.</summary>
    public async Task FollowAsync(LoadProgress progress, Task load)
    {
        var console = AnsiConsole.Create(new()
        {
            Ansi = AnsiSupport.Yes,
            ColorSystem = shell.Colour ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.Yes,
            Out = new AnsiConsoleOutput(shell.Error),
        });
        using var through = log.Through(line => console.WriteLine(line));
        await console.Live(new Text("")).AutoClear(true).StartAsync(async live =>
        {
            while (!load.IsCompleted)
            {
                live.UpdateTarget(Draw(progress));
                await Task.WhenAny(load, Task.Delay(Interval));
            }
        });
    }

    private Rows Draw(LoadProgress progress)
    {
        var files = progress.Files;
        var lines = new List<IRenderable>();
        var style = new Style(shell.Colour ? Color.Green : Color.Default);
        foreach (var file in files.Where(file => file.Status == FileStatus.Running).Take(MostLines))
            lines.Add(new Text(ProgressLine.Format(ProgressSample.Of(file), shell.Width), style) { Overflow = Overflow.Crop });
        var done = files.Count(file => file.Status is not (FileStatus.Running or FileStatus.Pending));
        lines.Add(new Text(files.Count == 0 ? "planning…" : $"{done} of {files.Count} files done"));
        return new Rows(lines);
    }
}
