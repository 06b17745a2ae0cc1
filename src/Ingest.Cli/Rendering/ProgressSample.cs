using System.Diagnostics;
using Ingest.Telemetry;

namespace Ingest.Cli.Rendering;

/// <summary>One file's progress at one moment, with what follows from it.</summary>
internal readonly record struct ProgressSample(
    string Name, long Rows, long RowsRead, long Rejects, long BytesRead, long? BytesTotal, TimeSpan Elapsed)
{
    /// <summary>The share of the file that is committed, 0 to 1, or null when its size is not known. A small file is read whole before its first row is.</summary>
    public double? Share => BytesTotal is > 0 and var total ? Math.Clamp((double)BytesRead / total * Rows / Math.Max(RowsRead, 1), 0, 1) : null;

    /// <summary>Committed rows each second.</summary>
    public double RowsPerSecond => Elapsed > TimeSpan.Zero ? Rows / Elapsed.TotalSeconds : 0;

    /// <summary>Megabytes (10^6 bytes, as stored) read each second.</summary>
    public double MegabytesPerSecond => Elapsed > TimeSpan.Zero ? BytesRead / 1e6 / Elapsed.TotalSeconds : 0;

    /// <summary>The time to the end at the pace so far, or null while it cannot be told.</summary>
    public TimeSpan? Remaining =>
        Share is > 0.01 and var share && Elapsed > TimeSpan.FromSeconds(1) ? Elapsed / share * (1 - share) : null;

    /// <summary>Reads a file's counters.</summary>
    public static ProgressSample Of(FileProgress file) => new(
        file.Name, file.RowsCommitted, file.RowsRead, file.Rejects, file.BytesRead, file.BytesTotal,
        file.StartedAt is { } started ? Stopwatch.GetElapsedTime(started) : TimeSpan.Zero);
}
