namespace Ingest.Formats.Csv;

/// <summary>A pattern of dates, with or without a time.</summary>
/// <param name="Date">The part of the date.</param>
/// <param name="Time">The part of the time, with what separates it; or empty.</param>
internal sealed record DateFormat(string Date, string Time)
{
    /// <summary>The pattern, as <c>--date-format</c> takes it.</summary>
    public string Text => Date + Time;

    /// <summary>The same for patterns that differ only in whether days and months below ten have one digit or two.</summary>
    public string Order => Date.Replace("dd", "d", StringComparison.Ordinal).Replace("MM", "M", StringComparison.Ordinal);
}
