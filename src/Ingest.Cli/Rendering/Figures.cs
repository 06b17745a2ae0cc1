using System.Globalization;

namespace Ingest.Cli.Rendering;

/// <summary>Numbers as people read them.</summary>
internal static class Figures
{
    /// <summary>With commas between thousands.</summary>
    public static string Count(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>Short: <c>950</c>, <c>12.3k</c>, <c>4.56M</c>.</summary>
    public static string Short(double number) => number switch
    {
        < 1_000 => number.ToString("0", CultureInfo.InvariantCulture),
        < 1_000_000 => (number / 1_000).ToString("0.0", CultureInfo.InvariantCulture) + "k",
        _ => (number / 1_000_000).ToString("0.00", CultureInfo.InvariantCulture) + "M",
    };

    /// <summary>Whole units each second, 0 where no time passed.</summary>
    public static long PerSecond(long amount, TimeSpan elapsed) =>
        elapsed <= TimeSpan.Zero ? 0 : (long)Math.Round(amount / elapsed.TotalSeconds);

    /// <summary>Seconds with as many decimals as help.</summary>
    public static string Seconds(TimeSpan time) =>
        time.TotalSeconds.ToString(time.TotalSeconds < 10 ? "0.00" : "0.0", CultureInfo.InvariantCulture);

    /// <summary>A time to wait: <c>45s</c>, <c>3m10s</c>, <c>2h05m</c>.</summary>
    public static string Wait(TimeSpan time) => time switch
    {
        { TotalSeconds: < 60 } => $"{Math.Ceiling(time.TotalSeconds):0}s",
        { TotalMinutes: < 60 } => $"{(int)time.TotalMinutes}m{time.Seconds:00}s",
        _ => $"{(int)time.TotalHours}h{time.Minutes:00}m",
    };

    /// <summary>A text of at most <paramref name="width"/> characters: the end of a path tells more than its beginning.</summary>
    public static string KeepEnd(string text, int width) => text.Length <= width ? text : "…" + text[^(width - 1)..];
}
