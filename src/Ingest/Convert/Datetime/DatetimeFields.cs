namespace Ingest.Convert;

/// <summary>What a date, a time or both said, before a type makes a value of it.</summary>
internal struct DatetimeFields
{
    /// <summary>Whether there was a date.</summary>
    public bool HasDate { get; set; }

    /// <summary>Whether there was a time of day.</summary>
    public bool HasTime { get; set; }

    /// <summary>Whether there was an offset from UTC.</summary>
    public bool HasZone { get; set; }

    /// <summary>1 for infinity, −1 for -infinity, else 0.</summary>
    public int Infinity { get; set; }

    /// <summary>Days from 2000-01-01.</summary>
    public int Day { get; set; }

    /// <summary>Microseconds from midnight; more than a day where the server takes more.</summary>
    public long Micros { get; set; }

    /// <summary>Seconds east of UTC.</summary>
    public int OffsetSeconds { get; set; }

    /// <summary>
    /// The microseconds from 2000-01-01 00:00; fails outside of timestamp's range. An infinity is the extreme of 64 bits.
    /// </summary>
    /// <param name="applyOffset">Whether they count in UTC, or in local time.</param>
    /// <param name="precision">The number of decimals to round to, or −1.</param>
    /// <param name="micros">The result.</param>
    public readonly ConversionFailure GetTimestamp(bool applyOffset, int precision, out long micros)
    {
        micros = Infinity > 0 ? long.MaxValue : long.MinValue;
        if (Infinity != 0) return ConversionFailure.None;
        if (!HasDate) return ConversionFailure.InvalidDatetime;
        if (Day < Calendar.FirstDay - 1 || Day > Calendar.EndMicros / Calendar.MicrosPerDay) return ConversionFailure.DatetimeOverflow;
        micros = Day * Calendar.MicrosPerDay + Micros;
        if (applyOffset) micros -= OffsetSeconds * Calendar.MicrosPerSecond;
        if (!IsInRange(micros)) return ConversionFailure.DatetimeOverflow;
        // Rounding may reach the end of the range, which the receive function refuses.
        micros = FractionalDigits.RoundTo(micros, precision);
        return IsInRange(micros) ? ConversionFailure.None : ConversionFailure.DatetimeOverflow;
    }

    private static bool IsInRange(long micros) => micros is >= Calendar.FirstDay * Calendar.MicrosPerDay and < Calendar.EndMicros;
}
