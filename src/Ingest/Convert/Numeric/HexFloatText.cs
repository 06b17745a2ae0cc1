using System.Globalization;
using System.Numerics;

namespace Ingest.Convert;

/// <summary>
/// Hexadecimal floating-point numbers as strtod reads them, 0x1F and 0x1.8p-3 (C17, 7.22.1.3). They are rare, so each is written as a
/// decimal number of just that value and read again.
/// </summary>
internal static class HexFloatText
{
    /// <summary>Digits that are kept: four times those of a double; of the others it only matters whether one is not zero.</summary>
    private const int MostDigits = 52;

    /// <summary>Powers of two beyond it are past every double, however many digits there are.</summary>
    private const int MostPower = 4_000;

    /// <summary>The same number in decimal digits, with an exponent; null where the text is no such number.</summary>
    /// <param name="text">The number without spaces.</param>
    /// <param name="isZero">Whether all its digits are zero.</param>
    public static string? ToDecimal(ReadOnlySpan<byte> text, out bool isZero)
    {
        isZero = true;
        var sign = text.Length > 0 && text[0] == '-' ? "-" : "";
        if (text.Length > 0 && text[0] is (byte)'+' or (byte)'-') text = text[1..];
        if (text.Length < 3 || text[0] != '0' || (text[1] | 0x20) != 'x') return null;
        text = text[2..];
        if (!ReadDigits(ref text, out var digits, out var power) || !ReadPower(text, ref power)) return null;
        isZero = digits.IsZero;
        if (isZero) return sign + "0";
        if (Math.Abs(power) > MostPower) return sign + (power > 0 ? "1e9999" : "1e-9999");
        // 1 / 2^n is 5^n / 10^n.
        return power >= 0
            ? sign + (digits << (int)power).ToString(CultureInfo.InvariantCulture)
            : string.Create(CultureInfo.InvariantCulture, $"{sign}{digits * BigInteger.Pow(5, -(int)power)}e{power}");
    }

    /// <summary>Reads hexadecimal digits with at most one point among them, up to anything else; their value is <paramref name="digits"/> · 2^<paramref name="power"/>.</summary>
    private static bool ReadDigits(ref ReadOnlySpan<byte> text, out BigInteger digits, out long power)
    {
        digits = BigInteger.Zero;
        power = 0;
        int i, kept = 0, read = 0;
        var isBehindPoint = false;
        for (i = 0; i < text.Length; i++)
        {
            if (text[i] == '.' && !isBehindPoint)
            {
                isBehindPoint = true;
                continue;
            }
            var value = HexDigits.Value(text[i]);
            if (value < 0) break;
            read++;
            if (isBehindPoint) power -= 4;
            if (kept == MostDigits)
            {
                power += 4;
                if (value != 0 && digits.IsEven) digits += BigInteger.One;
                continue;
            }
            digits = (digits << 4) + value;
            if (!digits.IsZero) kept++;
        }
        text = text[i..];
        return read > 0;
    }

    /// <summary>Adds what p and a number say, if anything does; false where anything else is left.</summary>
    private static bool ReadPower(ReadOnlySpan<byte> text, ref long power)
    {
        if (text.IsEmpty) return true;
        if ((text[0] | 0x20) != 'p') return false;
        text = text[1..];
        var isNegative = text.Length > 0 && text[0] == '-';
        if (text.Length > 0 && text[0] is (byte)'+' or (byte)'-') text = text[1..];
        if (text.IsEmpty || text.ContainsAnyExceptInRange((byte)'0', (byte)'9')) return false;
        var most = long.MaxValue / 4;
        var number = 0L;
        foreach (var digit in text) number = Math.Min(most, number * 10 + (digit - '0'));
        power += isNegative ? -number : number;
        return true;
    }
}
