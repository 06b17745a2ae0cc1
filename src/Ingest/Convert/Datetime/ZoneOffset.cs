namespace Ingest.Convert;

/// <summary>Reads offsets from UTC: +h, +hh, +hmm, +hhmm, +hh:mm, +hh:mm:ss (DecodeTimezone, datetime.c).</summary>
internal static class ZoneOffset
{
    private const int MaxHour = 15;

    /// <summary>Reads the offset that <paramref name="text"/> begins with.</summary>
    /// <param name="text">Text whose first byte is a sign.</param>
    /// <param name="seconds">Seconds east of UTC.</param>
    /// <param name="used">How many bytes the offset takes.</param>
    public static ConversionFailure Read(ReadOnlySpan<byte> text, out int seconds, out int used)
    {
        seconds = 0;
        used = 1;
        int minute = 0, second = 0;
        var digits = ReadNumber(text, ref used, out var hour);
        if (digits == 0) return ConversionFailure.InvalidDatetime;
        if (used < text.Length && text[used] == ':')
        {
            used++;
            if (ReadNumber(text, ref used, out minute) == 0) return ConversionFailure.InvalidDatetime;
            if (used < text.Length && text[used] == ':')
            {
                used++;
                if (ReadNumber(text, ref used, out second) == 0) return ConversionFailure.InvalidDatetime;
            }
        }
        else if (digits > 2)
        {
            (hour, minute) = (hour / 100, hour % 100);
        }

        if (hour > MaxHour || minute > 59 || second > 59) return ConversionFailure.ZoneOverflow;
        seconds = (hour * 60 + minute) * 60 + second;
        if (text[0] == '-') seconds = -seconds;
        return ConversionFailure.None;
    }

    private static int ReadNumber(ReadOnlySpan<byte> text, ref int at, out int value)
    {
        value = 0;
        var start = at;
        for (; at < text.Length && (uint)(text[at] - '0') <= 9; at++) value = value > 99_999 ? value : value * 10 + (text[at] - '0');
        return at - start;
    }
}
