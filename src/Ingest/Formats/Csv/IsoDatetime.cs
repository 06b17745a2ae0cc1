namespace Ingest.Formats.Csv;

/// <summary>The ISO 8601 forms of dates and timestamps that PostgreSQL reads in every DateStyle.</summary>
internal static class IsoDatetime
{
    /// <summary>
    /// <see cref="ValueKinds.Date"/>, <see cref="ValueKinds.Timestamp"/>, <see cref="ValueKinds.TimestampTz"/>, or none
    /// when the text is no such form, no day of the calendar, or finer than the server's microseconds.
    /// </summary>
    public static ValueKinds Kind(ReadOnlySpan<byte> text)
    {
        if (text.Length < 10 || text[4] != '-' || text[7] != '-') return ValueKinds.None;
        if (!TryDigits(text[..4], out var year) || !TryDigits(text[5..7], out var month) || !TryDigits(text[8..10], out var day)) return ValueKinds.None;
        if (year == 0 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month)) return ValueKinds.None;
        if (text.Length == 10) return ValueKinds.Date;
        if (text[10] is not ((byte)' ' or (byte)'T')) return ValueKinds.None;
        return Time(text[11..]);
    }

    private static ValueKinds Time(ReadOnlySpan<byte> text)
    {
        if (text.Length < 5 || text[2] != ':' || !TryDigits(text[..2], out var hour) || !TryDigits(text[3..5], out var minute)) return ValueKinds.None;
        if (hour > 23 || minute > 59) return ValueKinds.None;
        text = text[5..];
        if (text is [(byte)':', ..])
        {
            if (text.Length < 3 || !TryDigits(text[1..3], out var second) || second > 59) return ValueKinds.None;
            text = text[3..];
            if (text is [(byte)'.', ..] && !SkipFraction(ref text)) return ValueKinds.None;
        }
        if (text.IsEmpty) return ValueKinds.Timestamp;
        return IsOffset(text) ? ValueKinds.TimestampTz : ValueKinds.None;
    }

    private static bool SkipFraction(ref ReadOnlySpan<byte> text)
    {
        var digits = text[1..];
        var end = digits.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        if (end < 0) end = digits.Length;
        if (end == 0) return false;
        text = digits[end..];
        return digits[..end].TrimEnd((byte)'0').Length <= 6;
    }

    /// <summary>Z, ±hh, ±hhmm or ±hh:mm, within the server's ±15:59.</summary>
    private static bool IsOffset(ReadOnlySpan<byte> text)
    {
        if (text is [(byte)'Z']) return true;
        if (text is not [(byte)'+' or (byte)'-', ..] || text.Length is not (3 or 5 or 6)) return false;
        if (!TryDigits(text[1..3], out var hours) || hours > 15) return false;
        if (text.Length == 3) return true;
        if (text.Length == 6 && text[3] != ':') return false;
        return TryDigits(text[^2..], out var minutes) && minutes < 60;
    }

    private static bool TryDigits(ReadOnlySpan<byte> text, out int value)
    {
        value = 0;
        foreach (var b in text)
        {
            if (b is < (byte)'0' or > (byte)'9') return false;
            value = (value * 10) + b - '0';
        }
        return true;
    }
}
