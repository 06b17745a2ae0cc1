using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Ingest.Convert;

/// <summary>
/// The straight path: <c>yyyy-MM-dd</c> and <c>yyyy-MM-dd hh:mm:ss[.ffffff][Z|±hh[:mm]]</c> at fixed places, eight
/// characters at a time (guarded by the ConvertBenchmarks).
/// </summary>
internal static class FixedDatetime
{
    /// <summary>The length of <c>yyyy-MM-dd</c>.</summary>
    public const int DateLength = 10;

    /// <summary>The length of <c>yyyy-MM-dd hh:mm:ss</c>.</summary>
    public const int TimestampLength = 19;

    /// <summary>Reads the date in the first ten bytes; false when they are not an existing date in this form.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryReadDate(ReadOnlySpan<byte> text, out int day)
    {
        day = 0;
        if (text.Length < DateLength || text[4] != '-' || text[7] != '-') return false;
        // "yyyy-MM-" and "yy-MM-dd" make "yyyyMMdd".
        var front = BinaryPrimitives.ReadUInt64LittleEndian(text);
        var back = BinaryPrimitives.ReadUInt64LittleEndian(text[2..]);
        var digits = (front & 0xFFFF_FFFF) | ((front >> 8) & 0xFFFF_0000_0000) | (back & 0xFFFF_0000_0000_0000);
        if (!ShortDigits.TryReadPairs(digits, out var pairs)) return false;
        var year = (int)((pairs & 0xFF) * 100 + ((pairs >> 16) & 0xFF));
        return year != 0 && Calendar.TryGetDay(year, (int)(pairs >> 32) & 0xFF, (int)(pairs >> 48), out day);
    }

    /// <summary>Reads a timestamp with an optional fraction and offset; false when it is not in this form or not in range.</summary>
    public static bool TryReadTimestamp(ReadOnlySpan<byte> text, ref DatetimeFields fields)
    {
        if (text.Length < TimestampLength || text[10] is not ((byte)' ' or (byte)'T') || text[13] != ':' || text[16] != ':') return false;
        if (!TryReadDate(text, out var day)) return false;
        // "hh:mm:ss" makes "hhmmss".
        var time = BinaryPrimitives.ReadUInt64LittleEndian(text[11..]);
        var digits = (time & 0xFFFF) | ((time >> 8) & 0xFFFF_0000) | ((time >> 16) & 0xFFFF_0000_0000) | 0x3030_0000_0000_0000;
        if (!ShortDigits.TryReadPairs(digits, out var pairs)) return false;
        var hour = (int)(pairs & 0xFF);
        var minute = (int)(pairs >> 16) & 0xFF;
        var second = (int)(pairs >> 32) & 0xFF;
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
            var digits = 7;
            if (text.Length >= 7 && ShortDigits.TryRead(text[1..7], out var micros) && (text.Length == 7 || (uint)(text[7] - '0') > 9))
            {
                fields.Micros += (long)micros;
            }
            else
            {
                for (digits = 1; digits < text.Length && (uint)(text[digits] - '0') <= 9; digits++) { }
                fields.Micros += FractionalDigits.ToMicros(text[1..digits]);
            }
            if (digits == text.Length) return true;
            text = text[digits..];
        }

        fields.HasZone = true;
        // As the server writes UTC, and as others do.
        if ((text.Length == 3 && text[0] == '+' && text[1] == '0' && text[2] == '0') || (text.Length == 1 && text[0] == 'Z')) return true;
        if (text[0] is not ((byte)'+' or (byte)'-')) return false;
        var failure = ZoneOffset.Read(text, out var seconds, out var used);
        fields.OffsetSeconds = seconds;
        return failure == ConversionFailure.None && used == text.Length;
    }
}
