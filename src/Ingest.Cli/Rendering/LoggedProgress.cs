using Ingest.Cli.Logging;
using Ingest.Manifest;
using Ingest.Telemetry;
using Microsoft.Extensions.Logging;

namespace Ingest.Cli.Rendering;

/// <summary>Progress as a log line every few seconds, for pipes, cron and CI.</summary>
internal sealed class LoggedProgress(ILogger log)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    /// <summary>Logs the progress until <paramref name="load"/> has ended; takes no part in its outcome.</summary>
    public async Task FollowAsync(LoadProgress progress, Task load)
    {
        while (await Task.WhenAny(load, Task.Delay(Interval)) != load)
        {
            using var scope = log.BeginRun(progress);
            foreach (var file in progress.Files.Where(file => file.Status == FileStatus.Running)) Write(ProgressSample.Of(file));
        }
    }

    private void Write(ProgressSample sample)
    {
        var (name, rows, speed, megabytes) = (sample.Name, sample.Rows, (long)sample.RowsPerSecond, Math.Round(sample.MegabytesPerSecond, 1));
        // A pipe has no size.
        if (sample.Share is { } share)
        {
            log.LogInformation(
                "loading {File}: {Rows} rows, {RowsPerSecond} rows/s, {MegabytesPerSecond} MB/s, {Rejects} rejects, {Percent}% read, ETA {Eta}",
                name, rows, speed, megabytes, sample.Rejects, (int)(share * 100), sample.Remaining is { } left ? Figures.Wait(left) : "unknown");
            return;
        }
        log.LogInformation(
            "loading {File}: {Rows} rows, {RowsPerSecond} rows/s, {MegabytesPerSecond} MB/s, {Rejects} rejects",
            name, rows, speed, megabytes, sample.Rejects);
    }
}
