namespace Ingest.Convert;

/// <summary>Reads a date or a timestamp in the user's pattern, if one is given, else in the ISO forms.</summary>
internal static class DatetimeReader
{
    /// <summary>Reads <paramref name="text"/>.</summary>
    /// <param name="text">The field.</param>
    /// <param name="pattern">The user's pattern, or null.</param>
    /// <param name="fields">What was read.</param>
    public static ConversionFailure Read(ReadOnlySpan<byte> text, DatePattern? pattern, out DatetimeFields fields)
    {
        fields = default;
        if (pattern is not null)
        {
            // A value in the pattern's form but out of range is an error, not a chance for another reading.
            var failure = pattern.Read(AsciiSpace.Trim(text), out fields);
            if (failure != ConversionFailure.InvalidDatetime) return failure;
            fields = default;
        }
        else if (FixedDatetime.TryReadTimestamp(text, ref fields))
        {
            return ConversionFailure.None;
        }

        return IsoDatetime.ReadDatetime(text, out fields);
    }
}
