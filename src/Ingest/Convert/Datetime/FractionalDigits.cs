using System.Globalization;

namespace Ingest.Convert;

/// <summary>Fractions of a second, and the rounding to a column's precision.</summary>
internal static class FractionalDigits
{
    private static readonly int[] Units = [1_000_000, 100_000, 10_000, 1_000, 100, 10, 1];

    /// <summary>The microseconds of a fraction.</summary>
    /// <param name="digits">The digits after the point, all of them digits.</param>
    public static int ToMicros(ReadOnlySpan<byte> digits)
    {
        if (digits.Length > 6) return Round(digits);
        var value = 0;
        foreach (var c in digits) value = value * 10 + (c - '0');
        return value * Units[digits.Length];
    }

    /// <summary>Rounds a time, or a timestamp that is not infinite, to a column's precision.</summary>
    /// <param name="micros">Microseconds from midnight or from 2000-01-01.</param>
    /// <param name="precision">The declared number of decimals; −1 for none (AdjustTimestampForTypmod, timestamp.c).</param>
    public static long RoundTo(long micros, int precision)
    {
        if (precision is < 0 or >= 6) return micros;
        var unit = Units[precision];
        var half = unit / 2;
        return micros >= 0 ? (micros + half) / unit * unit : -((-micros + half) / unit * unit);
    }

    /// <summary>The server multiplies a double and rounds it half to even (ParseFractionalSecond, datetime.c): so do we.</summary>
    private static int Round(ReadOnlySpan<byte> digits)
    {
        // A double has 17 significant digits; what is past the 40th decimal cannot change a microsecond's rounding,
        // save for ties, which a last digit that is not zero keeps open.
        Span<byte> text = stackalloc byte[43];
        "0."u8.CopyTo(text);
        var kept = Math.Min(digits.Length, 40);
        digits[..kept].CopyTo(text[2..]);
        var length = 2 + kept;
        if (digits[kept..].IndexOfAnyExcept((byte)'0') >= 0) text[length++] = (byte)'1';
        return (int)Math.Round(double.Parse(text[..length], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture) * 1e6);
    }
}
