using System.Globalization;

namespace Ingest.Cli.Rendering;

/// <summary>A file's progress as one line of a terminal.</summary>
internal static class ProgressLine
{
    private const int WidestBar = 20;
    private const int NarrowestBar = 4;
    private const int WidestName = 32;

    /// <summary>Name, bar, rows, rows/s, MB/s, rejects and the time left, in fewer than <paramref name="width"/> characters.</summary>
    public static string Format(ProgressSample sample, int width)
    {
        var figures = string.Create(CultureInfo.InvariantCulture,
            $" {Percent(sample.Share),4} {Figures.Count(sample.Rows),11} rows {Figures.Short(sample.RowsPerSecond),6}/s {sample.MegabytesPerSecond,6:0.0} MB/s");
        if (sample.Rejects > 0) figures += $" {Figures.Count(sample.Rejects)} rejects";
        if (sample.Remaining is { } remaining) figures += $" ETA {Figures.Wait(remaining)}";
        // The name goes before the bar, and the figures before both.
        var name = string.Concat(sample.Name.Select(c => char.IsControl(c) ? ' ' : c));
        var room = Math.Max(width - figures.Length - 2, 0);
        var bar = Math.Clamp(room - name.Length, NarrowestBar, WidestBar);
        var left = Math.Max(room - bar, 1);
        var line = Figures.KeepEnd(name, left).PadRight(Math.Min(left, WidestName)) + " " + Bar(sample.Share, bar) + figures;
        return line.Length < width ? line : line[..(width - 1)];
    }

    private static string Bar(double? share, int width)
    {
        var full = (int)Math.Round((share ?? 0) * width);
        return new string('━', full) + new string('╌', width - full);
    }

    private static string Percent(double? share) => share is { } known ? $"{Math.Floor(known * 100):0}%" : "";
}
