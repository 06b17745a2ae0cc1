using System.Runtime.CompilerServices;

namespace Ingest.Convert;

/// <summary>The straight path: <c>yyyy-MM-dd</c> and <c>yyyy-MM-dd hh:mm:ss[.ffffff][Z|±hh[:mm]]</c> at fixed places.</summary>
internal static class FixedDatetime
{
    /// <summary>The length of <c>yyyy-MM-dd</c>.</summary>
    public const int DateLength = 10;

    /// <summary>The length of <c>yyyy-MM-dd hh:mm:ss</c>.</summary>
    public const int TimestampLength = 19;

    private const int NotANumber = 10_000;

    /// <summary>Reads the date in the first ten bytes; false when they are not an existing date in this form.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryReadDate(ReadOnlySpan<byte> text, out int day)
    {
        day = 0;
        if (text.Length < DateLength || text[4] != '-' || text[7] != '-') return false;
        var century = Pair(text, 0);
        var year = Pair(text, 2);
        var month = Pair(text, 5);
        var dayOfMonth = Pair(text, 8);
        // A pair that is no number is above 9,999 and stays so.
        return century + year + month + dayOfMonth < NotANumber && (century | year) != 0
            && Calendar.TryGetDay(century * 100 + year, month, dayOfMonth, out day);
    }

    /// <summary>Reads a timestamp with an optional fraction and offset; false when it is not in this form or not in range.</summary>
    public static bool TryReadTimestamp(ReadOnlySpan<byte> text, ref DatetimeFields fields)
    {
        if (text.Length < TimestampLength || text[10] is not ((byte)' ' or (byte)'T') || text[13] != ':' || text[16] != ':') return false;
        if (!TryReadDate(text, out var day)) return false;
        var hour = Pair(text, 11);
        var minute = Pair(text, 14);
        var second = Pair(text, 17);
        if (hour > 23 || minute > 59 || second > 59) return false;
        fields.HasDate = fields.HasTime = true;
        fields.Day = day;
        fields.Micros = hour * Calendar.MicrosPerHour + minute * Calendar.MicrosPerMinute + second * Calendar.MicrosPerSecond;
        return text.Length == TimestampLength || TryReadRest(text[TimestampLength..], ref fields);
    }

    private static bool TryReadRest(ReadOnlySpan<byte> text, ref DatetimeFields fields)
    {
        if (text[0] == '.')
        {
            var end = 1;
            while (end < text.Length && (uint)(text[end] - '0') <= 9) end++;
            fields.Micros += FractionalDigits.ToMicros(text[1..end]);
            if (end == text.Length) return true;
            text = text[end..];
        }

        fields.HasZone = true;
        if (text.Length == 1 && text[0] == 'Z') return true;
        if (text[0] is not ((byte)'+' or (byte)'-')) return false;
        var failure = ZoneOffset.Read(text, out var seconds, out var used);
        fields.OffsetSeconds = seconds;
        return failure == ConversionFailure.None && used == text.Length;
    }

    /// <summary>The number that two digits make, or at least <see cref="NotANumber"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Pair(ReadOnlySpan<byte> text, int at)
    {
        var tens = (uint)(text[at] - '0');
        var ones = (uint)(text[at + 1] - '0');
        return tens > 9 || ones > 9 ? NotANumber : (int)(tens * 10 + ones);
    }
}
