using System.Globalization;
using System.Text;

namespace Ingest.Convert;

/// <summary>
/// The user's date patterns. The first whose form a value has reads it: one that is no date there (31.02.2024) is an error, not a chance
/// for the next.
/// </summary>
internal sealed class DatePatterns
{
    /// <summary>.NET writes at most seven decimals of a second; patterns with more are not compared with others.</summary>
    private const string TooManyDecimals = "ffffffff";

    // Day, month and year differ, and all can be read as one another; with one digit each and with two.
    private static readonly DateTime[] Probes =
        [new(2003, 2, 1, 4, 5, 6, DateTimeKind.Utc), new(2012, 11, 10, 7, 8, 9, DateTimeKind.Utc)];

    private readonly DatePattern[] patterns;

    private DatePatterns(DatePattern[] patterns) => this.patterns = patterns;

    /// <summary>Compiles what the user said; null where that is nothing.</summary>
    /// <exception cref="PlanException">A pattern cannot be read, or two of them read a text as different dates.</exception>
    public static DatePatterns? Of(ConvertOptions options)
    {
        var formats = options.DateFormats;
        if (formats.Count == 0) return null;
        var patterns = new DatePatterns([.. formats.Select(DatePattern.Parse)]);
        for (var i = 1; i < formats.Count; i++)
        {
            if (formats.Take(i).FirstOrDefault(earlier => AreAtOdds(earlier, formats[i])) is { } other)
                throw ConvertMessages.DateFormatsAtOdds(other, formats[i]);
        }
        return patterns;
    }

    /// <summary>Whether one of two patterns reads as a date what the other writes of a different one: dd/MM/yyyy and MM/dd/yyyy.</summary>
    public static bool AreAtOdds(string one, string other) => Misreads(one, other) || Misreads(other, one);

    /// <summary>Reads a date in one of the patterns; anything else is <see cref="ConversionFailure.InvalidDatetime"/>.</summary>
    public ConversionFailure Read(ReadOnlySpan<byte> text, out DatetimeFields fields)
    {
        foreach (var pattern in patterns)
        {
            var failure = pattern.Read(text, out fields);
            if (failure != ConversionFailure.InvalidDatetime) return failure;
        }
        fields = default;
        return ConversionFailure.InvalidDatetime;
    }

    private static bool Misreads(string writer, string reader)
    {
        if (writer.Contains(TooManyDecimals, StringComparison.OrdinalIgnoreCase)) return false;
        var (own, others) = (DatePattern.Parse(writer), DatePattern.Parse(reader));
        foreach (var probe in Probes)
        {
            var text = Encoding.UTF8.GetBytes(probe.ToString(writer, CultureInfo.InvariantCulture));
            if (own.Read(text, out var meant) == ConversionFailure.None
                && others.Read(text, out var read) == ConversionFailure.None && read.Day != meant.Day) return true;
        }
        return false;
    }
}
