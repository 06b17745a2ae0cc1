namespace Ingest.Convert;

/// <summary>
/// A date pattern in .NET's custom letters, precompiled to a list of steps over bytes. Letters: <c>d dd M MM MMM MMMM yy
/// yyyy H HH h hh m mm s ss f…fffffffff F…FFFFFFFFF t tt z zz zzz K</c>; text in quotes, after a backslash, or of other signs stands
/// for itself. Two-digit years 70 to 99 are of the 20th century, as in PostgreSQL; month names are English.
/// </summary>
internal sealed class DatePattern
{
    private readonly DatePatternStep[] steps;
    private readonly bool hasDate, hasTime, hasHalfDay;

    private DatePattern(DatePatternStep[] steps)
    {
        this.steps = steps;
        hasDate = Has(DatePatternField.Year);
        hasTime = Has(DatePatternField.Hour);
        hasHalfDay = Has(DatePatternField.Meridiem);
    }

    /// <summary>Compiles a pattern.</summary>
    /// <exception cref="PlanException">The pattern has a letter that is not known, a field twice, or no complete date.</exception>
    public static DatePattern Parse(string pattern)
    {
        var compiled = new DatePattern(DatePatternCompiler.Compile(pattern));
        if (!compiled.hasDate || !compiled.Has(DatePatternField.Month) || !compiled.Has(DatePatternField.Day))
            throw ConvertMessages.BadDateFormat(pattern, "day, month or year is missing");
        if (!compiled.hasTime && (compiled.Has(DatePatternField.Minute) || compiled.Has(DatePatternField.Second)))
            throw ConvertMessages.BadDateFormat(pattern, "minutes or seconds without an hour");
        return compiled;
    }

    /// <summary>Reads a date in this pattern; anything else is <see cref="ConversionFailure.InvalidDatetime"/>.</summary>
    public ConversionFailure Read(ReadOnlySpan<byte> text, out DatetimeFields fields)
    {
        fields = default;
        Span<int> values = stackalloc int[DatePatternStep.FieldCount];
        values.Clear();
        foreach (var step in steps)
        {
            if (!step.TryRead(ref text, values, ref fields)) return ConversionFailure.InvalidDatetime;
        }

        return text.IsEmpty ? Finish(values, ref fields) : ConversionFailure.InvalidDatetime;
    }

    private ConversionFailure Finish(ReadOnlySpan<int> values, ref DatetimeFields fields)
    {
        var year = values[(int)DatePatternField.Year];
        if (year <= 0 || !Calendar.TryGetDay(year, values[(int)DatePatternField.Month], values[(int)DatePatternField.Day], out var day))
            return ConversionFailure.DatetimeOverflow;
        var hour = values[(int)DatePatternField.Hour];
        if (hasHalfDay)
        {
            if (hour is < 1 or > 12) return ConversionFailure.DatetimeOverflow;
            hour = hour % 12 + values[(int)DatePatternField.Meridiem];
        }

        var minute = values[(int)DatePatternField.Minute];
        var second = values[(int)DatePatternField.Second];
        if (hour > 24 || minute > 59 || second > 60) return ConversionFailure.DatetimeOverflow;
        fields.HasDate = true;
        fields.HasTime = hasTime;
        fields.Day = day;
        fields.Micros = hour * Calendar.MicrosPerHour + minute * Calendar.MicrosPerMinute + second * Calendar.MicrosPerSecond
            + values[(int)DatePatternField.Micros];
        return fields.Micros > Calendar.MicrosPerDay ? ConversionFailure.DatetimeOverflow : ConversionFailure.None;
    }

    private bool Has(DatePatternField field) => Array.Exists(steps, step => step.Field == field);
}
