namespace Ingest.Convert;

/// <summary>Reads a date or a timestamp in the user's patterns, if any are given, else in the ISO forms.</summary>
internal static class DatetimeReader
{
    /// <summary>Reads <paramref name="text"/>.</summary>
    /// <param name="text">The field.</param>
    /// <param name="patterns">The user's patterns, or null.</param>
    /// <param name="fields">What was read.</param>
    public static ConversionFailure Read(ReadOnlySpan<byte> text, DatePatterns? patterns, out DatetimeFields fields)
    {
        fields = default;
        if (patterns is not null)
        {
            // A value in a pattern's form but out of range is an error, not a chance for another reading.
            var failure = patterns.Read(AsciiSpace.Trim(text), out fields);
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
