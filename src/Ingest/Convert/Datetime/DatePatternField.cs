namespace Ingest.Convert;

/// <summary>What a step of a date pattern reads; all but the last three index the values that were read.</summary>
internal enum DatePatternField
{
    /// <summary>The year, in full.</summary>
    Year,

    /// <summary>The month, 1 to 12.</summary>
    Month,

    /// <summary>The day of the month.</summary>
    Day,

    /// <summary>The hour, of 24 or of 12.</summary>
    Hour,

    /// <summary>The minute.</summary>
    Minute,

    /// <summary>The second.</summary>
    Second,

    /// <summary>The fraction of a second, in microseconds.</summary>
    Micros,

    /// <summary>AM (0) or PM (12).</summary>
    Meridiem,

    /// <summary>The offset from UTC.</summary>
    Zone,

    /// <summary>Text that stands for itself.</summary>
    Literal,
}
