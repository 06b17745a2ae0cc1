using System.Globalization;

namespace Ingest.Cli.Rendering;

/// <summary>A file's progress as one line of a terminal.</summary>
internal static class ProgressLine
{
    private const int BarWidth = 20;

    /// <summary>Name, bar, rows, rows/s, MB/s, rejects and the time left, in at most <paramref name="width"/> characters.</summary>
    public static string Format(ProgressSample sample, int width)
    {
        var figures = string.Create(CultureInfo.InvariantCulture,
            $" {Bar(sample.Share)} {Percent(sample.Share),4} {Figures.Count(sample.Rows),11} rows {Figures.Short(sample.RowsPerSecond),6}/s {sample.MegabytesPerSecond,6:0.0} MB/s");
        if (sample.Rejects > 0) figures += $" {Figures.Count(sample.Rejects)} rejects";
        if (sample.Remaining is { } remaining) figures += $" ETA {Figures.Wait(remaining)}";
        var room = Math.Max(width - figures.Length - 1, 12);
        return Figures.KeepEnd(sample.Name, room).PadRight(Math.Min(room, 32)) + figures;
    }

    private static string Bar(double? share)
    {
        var full = (int)Math.Round((share ?? 0) * BarWidth);
        return new string('━', full) + new string('╌', BarWidth - full);
    }

    private static string Percent(double? share) => share is { } known ? $"{Math.Floor(known * 100):0}%" : "";
}
