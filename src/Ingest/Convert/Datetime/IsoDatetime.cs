using System.Text;

namespace Ingest.Convert;

/// <summary>
/// Reads ISO 8601 dates and times in the variants that ParseDateTime and DecodeDateTime (datetime.c) take: 1 or 2 digits
/// for month, day, hour, minute; <c>T</c> or spaces before the time; yyyyMMdd and hhmmss; AM and PM; BC; offsets;
/// infinity. Not read, as they hang on DateStyle, on the clock or on the zone database: month names, two-digit years,
/// days of the year, <c>today</c>, <c>epoch</c>, named zones other than UTC, GMT and Z.
/// </summary>
internal ref struct IsoDatetime
{
    private readonly ReadOnlySpan<byte> text;
    private readonly bool isTimeOfDay;
    private readonly bool isStrict;
    private int at;
    private int year, month, day;
    private int hour, minute, second, fraction;
    private bool isMarked, isCompact, hasPoint, isBc, hasEra, hasMeridiem, isPm;
    private DatetimeFields fields;

    private IsoDatetime(ReadOnlySpan<byte> text, bool isTimeOfDay, bool isStrict = false)
    {
        this.isStrict = isStrict;
        this.text = text;
        this.isTimeOfDay = isTimeOfDay;
    }

    private readonly byte Current => at < text.Length ? text[at] : (byte)0;

    /// <summary>Reads a date, with or without a time, or an infinity.</summary>
    public static ConversionFailure ReadDatetime(ReadOnlySpan<byte> text, out DatetimeFields fields)
    {
        var reader = new IsoDatetime(AsciiSpace.Trim(text), isTimeOfDay: false);
        var failure = reader.ReadInfinity() ? ConversionFailure.None : reader.ReadAll();
        fields = reader.fields;
        return failure;
    }

    /// <summary>Reads a time of day; DecodeTimeOnly lets a date with separators and a space precede it, and reads bare digits as hhmmss.</summary>
    /// <param name="text">The field.</param>
    /// <param name="isStrict">Whether the server is PostgreSQL 16 or later, which refuses T101500-08: behind a T, that is no date.</param>
    /// <param name="fields">What was read.</param>
    public static ConversionFailure ReadTimeOfDay(ReadOnlySpan<byte> text, bool isStrict, out DatetimeFields fields)
    {
        var reader = new IsoDatetime(AsciiSpace.Trim(text), isTimeOfDay: true, isStrict);
        var failure = reader.ReadAll();
        fields = reader.fields;
        return failure;
    }

    private bool ReadInfinity()
    {
        if (Ascii.EqualsIgnoreCase(text, "infinity"u8)) fields.Infinity = 1;
        else if (Ascii.EqualsIgnoreCase(text, "-infinity"u8)) fields.Infinity = -1;
        return fields.Infinity != 0;
    }

    private ConversionFailure ReadAll()
    {
        var failure = ReadDate();
        if (failure == ConversionFailure.None) failure = ReadTime();
        while (failure == ConversionFailure.None)
        {
            SkipSpace();
            if (at == text.Length) break;
            failure = ReadSuffix();
        }

        return failure == ConversionFailure.None ? Finish() : failure;
    }

    private ConversionFailure ReadDate()
    {
        if (isTimeOfDay && !HasDateSeparator()) return ConversionFailure.None;
        if (!ReadNumber(out year, out var digits)) return ConversionFailure.InvalidDatetime;
        fields.HasDate = true;
        var separator = Current;
        if (separator is not ((byte)'-' or (byte)'/' or (byte)'.'))
        {
            if (digits != 8) return ConversionFailure.InvalidDatetime;
            (year, month, day) = (year / 10000, year / 100 % 100, year % 100);
            return ConversionFailure.None;
        }

        // A year of two digits may be the day or the month as well: DateStyle decides.
        if (digits < 3) return ConversionFailure.InvalidDatetime;
        at++;
        if (!ReadNumber(out month, out digits) || digits > 2 || Current != separator) return ConversionFailure.InvalidDatetime;
        at++;
        return ReadNumber(out day, out digits) && digits <= 2 ? ConversionFailure.None : ConversionFailure.InvalidDatetime;
    }

    private readonly bool HasDateSeparator()
    {
        var end = 0;
        while (end < text.Length && (uint)(text[end] - '0') <= 9) end++;
        return end > 2 && end < text.Length && text[end] is (byte)'-' or (byte)'/' && text[(end + 1)..].IndexOf(text[end]) is 1 or 2;
    }

    private ConversionFailure ReadTime()
    {
        var isSpaced = SkipSpace();
        isMarked = Current is (byte)'T' or (byte)'t';
        if (isMarked) at++;
        // A date before a time of day goes with a space alone.
        if (isMarked && isTimeOfDay && fields.HasDate) return ConversionFailure.InvalidDatetime;
        if (!ReadNumber(out hour, out var digits)) return isMarked || !fields.HasDate ? ConversionFailure.InvalidDatetime : ConversionFailure.None;
        if (fields.HasDate && !isSpaced && !isMarked) return ConversionFailure.InvalidDatetime;
        fields.HasTime = true;
        return Current == ':' ? ReadMinutes() : SplitHour(digits);
    }

    private ConversionFailure ReadMinutes()
    {
        at++;
        if (!ReadNumber(out minute, out _)) return ConversionFailure.InvalidDatetime;
        // The server reads 10:20.5 as ten minutes and 20.5 seconds; nobody means that.
        if (Current == '.') return ConversionFailure.InvalidDatetime;
        if (Current != ':') return ConversionFailure.None;
        at++;
        return ReadNumber(out second, out _) ? ReadFraction() : ConversionFailure.InvalidDatetime;
    }

    /// <summary>hhmm or hhmmss, in one number.</summary>
    private ConversionFailure SplitHour(int digits)
    {
        if (isTimeOfDay && fields.HasDate) return ConversionFailure.InvalidDatetime;
        if (digits != 6 && (digits != 4 || Current == '.')) return ConversionFailure.InvalidDatetime;
        isCompact = true;
        if (digits == 4) hour *= 100;
        (hour, minute, second) = (hour / 10000, hour / 100 % 100, hour % 100);
        return ReadFraction();
    }

    private ConversionFailure ReadFraction()
    {
        hasPoint = Current == '.';
        if (!hasPoint) return ConversionFailure.None;
        var start = ++at;
        while ((uint)(Current - '0') <= 9) at++;
        if (isCompact && at == start) return ConversionFailure.InvalidDatetime;
        fraction = FractionalDigits.ToMicros(text[start..at]);
        return ConversionFailure.None;
    }

    private ConversionFailure ReadSuffix()
    {
        if (Current is (byte)'+' or (byte)'-') return ReadOffset();
        var start = at;
        while (IsLetter(Current)) at++;
        var word = text[start..at];
        if (!hasMeridiem && fields.HasTime && (Ascii.EqualsIgnoreCase(word, "am"u8) || Ascii.EqualsIgnoreCase(word, "pm"u8)))
        {
            hasMeridiem = true;
            isPm = (word[0] | 0x20) == 'p';
            return ConversionFailure.None;
        }

        if (!hasEra && (Ascii.EqualsIgnoreCase(word, "bc"u8) || Ascii.EqualsIgnoreCase(word, "ad"u8)))
        {
            hasEra = true;
            isBc = (word[0] | 0x20) == 'b';
            return ConversionFailure.None;
        }

        var isUtc = Ascii.EqualsIgnoreCase(word, "z"u8) || Ascii.EqualsIgnoreCase(word, "utc"u8) || Ascii.EqualsIgnoreCase(word, "gmt"u8);
        if (!isUtc || fields.HasZone) return ConversionFailure.InvalidDatetime;
        fields.HasZone = true;
        return ConversionFailure.None;
    }

    private ConversionFailure ReadOffset()
    {
        // What follows a letter at once (UTC+3) is a POSIX zone, whose sign means the opposite.
        if (fields.HasZone || IsLetter(text[at - 1]) || IsPartOfDigits()) return ConversionFailure.InvalidDatetime;
        var failure = ZoneOffset.Read(text[at..], out var seconds, out var used);
        at += used;
        fields.HasZone = true;
        fields.OffsetSeconds = seconds;
        return IsLetter(Current) ? ConversionFailure.InvalidDatetime : failure;
    }

    /// <summary>Whether the minus sign here reads as a hyphen: in 2020-01-02-03, and in 101500-08:00 as in a date.</summary>
    private readonly bool IsPartOfDigits()
    {
        if (Current != '-' || AsciiSpace.Is(text[at - 1])) return false;
        return !fields.HasTime || (isCompact && !hasPoint && ((isStrict && isTimeOfDay && isMarked) || text[at..].Contains((byte)':')));
    }

    private ConversionFailure Finish()
    {
        if (fields.HasDate)
        {
            if (year <= 0) return ConversionFailure.DatetimeOverflow;
            if (!Calendar.TryGetDay(isBc ? 1 - year : year, month, day, out var days)) return ConversionFailure.DatetimeOverflow;
            fields.Day = days;
        }

        if (hasMeridiem)
        {
            if (hour > 12) return ConversionFailure.DatetimeOverflow;
            hour = hour % 12 + (isPm ? 12 : 0);
        }

        // The server checks no digits that follow a date without colons: 20200101T240001 is a second into the next day.
        var isChecked = !isCompact || !fields.HasDate;
        if (isChecked && (hour > 24 || minute > 59 || second > 60)) return ConversionFailure.DatetimeOverflow;
        fields.Micros = hour * Calendar.MicrosPerHour + minute * Calendar.MicrosPerMinute + second * Calendar.MicrosPerSecond + fraction;
        return isChecked && fields.Micros > Calendar.MicrosPerDay ? ConversionFailure.DatetimeOverflow : ConversionFailure.None;
    }

    private static bool IsLetter(byte c) => (uint)((c | 0x20) - 'a') <= 'z' - 'a';

    private bool SkipSpace()
    {
        var start = at;
        while (at < text.Length && AsciiSpace.Is(text[at])) at++;
        return at > start;
    }

    /// <summary>Reads digits; a number past any field's range stays large, so that it is found out of range.</summary>
    private bool ReadNumber(out int value, out int digits)
    {
        value = 0;
        var start = at;
        for (; (uint)(Current - '0') <= 9; at++) value = value > 99_999_999 ? value : value * 10 + (Current - '0');
        digits = at - start;
        return digits > 0;
    }
}
