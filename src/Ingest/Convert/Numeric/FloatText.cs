using System.Globalization;
using System.Text;

namespace Ingest.Convert;

/// <summary>Reads floating-point numbers as float4in and float8in do: strtod's decimal and hexadecimal forms, NaN and the infinities (float.c).</summary>
internal static class FloatText
{
    // The server's NaN has no sign; .NET's double.NaN has one.
    private const long NaNBits = 0x7FF8_0000_0000_0000;

    private static readonly double[] PowersOfTen =
        [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22];

    /// <summary>
    /// Reads a double. Below 2^53 with at most 22 decimals, digits and power of ten are both exact doubles and one
    /// division rounds correctly (Clinger's fast path); everything else goes to the framework's correct parser.
    /// </summary>
    public static ConversionFailure ReadDouble(ReadOnlySpan<byte> text, out double value)
    {
        if (TryReadShort(text, maxDigits: 15, out var digits, out var decimals))
        {
            value = digits / PowersOfTen[decimals];
            if (text[0] == '-') value = -value;
            return ConversionFailure.None;
        }

        text = AsciiSpace.Trim(text);
        if (IsDecimal(text, out var isZero)) value = double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
        else if (HexFloatText.ToDecimal(text, out isZero) is { } number) value = double.Parse(number, NumberStyles.Float, CultureInfo.InvariantCulture);
        else return ReadWord(text, out value);
        return double.IsInfinity(value) || (value == 0 && !isZero) ? ConversionFailure.OutOfRange : ConversionFailure.None;
    }

    /// <summary>Reads a float, rounded once from the text as strtof does, never by way of a double.</summary>
    public static ConversionFailure ReadSingle(ReadOnlySpan<byte> text, out float value)
    {
        if (TryReadShort(text, maxDigits: 7, out var digits, out var decimals))
        {
            // Seven digits are exact in 24 bits, and so are powers of ten up to 10^10.
            value = (float)digits / (float)PowersOfTen[decimals];
            if (text[0] == '-') value = -value;
            return ConversionFailure.None;
        }

        text = AsciiSpace.Trim(text);
        if (IsDecimal(text, out var isZero))
        {
            value = float.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
        }
        else if (HexFloatText.ToDecimal(text, out isZero) is { } number)
        {
            value = float.Parse(number, NumberStyles.Float, CultureInfo.InvariantCulture);
        }
        else
        {
            var failure = ReadWord(text, out var word);
            value = (float)word;
            return failure;
        }

        return float.IsInfinity(value) || (value == 0 && !isZero) ? ConversionFailure.OutOfRange : ConversionFailure.None;
    }

    private static bool TryReadShort(ReadOnlySpan<byte> text, int maxDigits, out long digits, out int decimals)
    {
        digits = 0;
        decimals = 0;
        if (text.Length == 0 || text.Length > maxDigits) return false;
        var isNumber = ShortDigits.TryReadDecimal(text[0] == '-' ? text[1..] : text, out var value, out decimals);
        // A signed number becomes a double in one instruction.
        digits = (long)value;
        return isNumber;
    }

    /// <summary>Whether the text is [+-] digits [. digits] [e [+-] digits] with a digit before the exponent.</summary>
    private static bool IsDecimal(ReadOnlySpan<byte> text, out bool isZero)
    {
        isZero = true;
        var i = 0;
        if (i < text.Length && text[i] is (byte)'+' or (byte)'-') i++;
        int digits = 0, points = 0;
        for (; i < text.Length; i++)
        {
            if (text[i] == '.' && points == 0) points++;
            else if ((uint)(text[i] - '0') <= 9) digits++;
            else break;
            if (text[i] is >= (byte)'1' and <= (byte)'9') isZero = false;
        }

        if (digits == 0) return false;
        if (i == text.Length) return true;
        if ((text[i] | 0x20) != 'e') return false;
        i++;
        if (i < text.Length && text[i] is (byte)'+' or (byte)'-') i++;
        if (i == text.Length) return false;
        while (i < text.Length && (uint)(text[i] - '0') <= 9) i++;
        return i == text.Length;
    }

    private static ConversionFailure ReadWord(ReadOnlySpan<byte> text, out double value)
    {
        var negative = text.Length > 0 && text[0] == '-';
        if (negative || (text.Length > 0 && text[0] == '+')) text = text[1..];
        value = 0;
        if (Ascii.EqualsIgnoreCase(text, "nan"u8)) value = BitConverter.Int64BitsToDouble(negative ? NaNBits | long.MinValue : NaNBits);
        else if (Ascii.EqualsIgnoreCase(text, "inf"u8) || Ascii.EqualsIgnoreCase(text, "infinity"u8))
            value = negative ? double.NegativeInfinity : double.PositiveInfinity;
        else return ConversionFailure.InvalidSyntax;
        return ConversionFailure.None;
    }
}
