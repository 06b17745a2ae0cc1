using Ingest.Convert;

namespace Ingest.Formats.Csv;

/// <summary>
/// Finds the patterns in which a column's values are dates, among the usual ones that are not ISO. All-numeric ones with two digits
/// for the year are not among them: nothing tells what is which in 01.02.03.
/// </summary>
internal sealed class DateFormatGuess
{
    private static readonly string[] Dates =
    [
        "dd.MM.yyyy", "d.M.yyyy", "dd/MM/yyyy", "d/M/yyyy", "MM/dd/yyyy", "M/d/yyyy", "dd-MM-yyyy", "d-M-yyyy", "MM-dd-yyyy", "M-d-yyyy",
        "dd-MMM-yyyy", "d-MMM-yyyy", "dd-MMM-yy", "dd MMM yyyy", "d MMM yyyy", "d MMMM yyyy", "MMM d, yyyy", "MMMM d, yyyy", "yyyy/MM/dd", "yyyy.MM.dd",
    ];

    private static readonly string[] Times = ["", " HH:mm", " HH:mm:ss", " HH:mm:ss.FFFFFF", " h:mm tt", " h:mm:ss tt"];

    private static readonly Known[] All =
        [.. Dates.SelectMany(date => Times, (date, time) => new Known(new(date, time), DatePattern.Parse(date + time)))];

    /// <summary>Those that fit every value so far; no value fits all.</summary>
    private Known[] left = All;

    /// <summary>Rules out the patterns that a value is not in.</summary>
    /// <param name="value">A value that is not NULL.</param>
    public void Observe(ReadOnlySpan<byte> value)
    {
        if (left.Length == 0) return;
        var fit = new List<Known>();
        foreach (var known in left)
        {
            if (known.Pattern.Read(value, out _) == ConversionFailure.None) fit.Add(known);
        }
        if (fit.Count < left.Length) left = [.. fit];
    }

    /// <summary>The patterns that fit every value, the most usual one first; none without a value.</summary>
    public IReadOnlyList<DateFormat> Formats => ReferenceEquals(left, All) ? [] : [.. left.Select(known => known.Format)];

    private sealed record Known(DateFormat Format, DatePattern Pattern);
}
