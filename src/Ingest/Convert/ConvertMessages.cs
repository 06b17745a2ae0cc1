namespace Ingest.Convert;

/// <summary>The SQLSTATE and the words for each way in which a field fails to convert.</summary>
internal static class ConvertMessages
{
    /// <summary>The SQLSTATE with which PostgreSQL refuses the same text; always of class 22 (data exception).</summary>
    public static string SqlState(ConversionFailure failure) => failure switch
    {
        ConversionFailure.InvalidSyntax => "22P02",
        ConversionFailure.OutOfRange => "22003",
        ConversionFailure.InvalidDatetime => "22007",
        ConversionFailure.DatetimeOverflow => "22008",
        ConversionFailure.ZoneOverflow => "22009",
        ConversionFailure.TooLong => "22001",
        ConversionFailure.InvalidHex => "22023",
        ConversionFailure.InvalidText => "22021",
        _ => throw new ArgumentOutOfRangeException(nameof(failure), failure, "not a failure"),
    };

    /// <summary>
    /// What is wrong, to follow a column's name: <c>price: not a value of type numeric(8,2)</c>. Never holds the value.
    /// </summary>
    /// <param name="failure">Why the field did not convert.</param>
    /// <param name="type">The column's type.</param>
    public static string Stem(ConversionFailure failure, PgType type) => failure switch
    {
        ConversionFailure.InvalidSyntax => $"not a value of type {type.SqlName}",
        ConversionFailure.OutOfRange => $"out of range for type {type.SqlName}",
        ConversionFailure.InvalidDatetime =>
            $"not a value of type {type.SqlName} (ISO forms are read, others need --date-format)",
        ConversionFailure.DatetimeOverflow => $"no such date or time, or out of range for type {type.SqlName}",
        ConversionFailure.ZoneOverflow => "offset from UTC out of range (allowed: less than 16 hours)",
        ConversionFailure.TooLong => $"too long for type {type.SqlName}",
        ConversionFailure.InvalidText => "not valid UTF-8, or a NUL in it, which PostgreSQL text cannot hold",
        ConversionFailure.InvalidHex => $"invalid hexadecimal digits for type {type.SqlName}",
        _ => throw new ArgumentOutOfRangeException(nameof(failure), failure, "not a failure"),
    };

    /// <summary>A <c>--date-format</c> that cannot be read.</summary>
    public static PlanException BadDateFormat(string pattern, string problem) =>
        new("bad_date_format", $"--date-format '{pattern}': {problem}; use letters such as yyyy-MM-dd HH:mm:ss");

    /// <summary>Two <c>--date-format</c> of which each would do, with different dates.</summary>
    public static PlanException DateFormatsAtOdds(string one, string other) =>
        new("bad_date_format", $"--date-format '{one}' and --date-format '{other}' read the same text as different dates; give the one that the file has");
}
