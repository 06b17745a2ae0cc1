using System.Text;

namespace Ingest.Convert;

/// <summary>A decimal number as written: where its digits are, and what its exponent makes of them (set_var_from_str, numeric.c).</summary>
internal readonly ref struct DecimalText
{
    private readonly int digitsStart;
    private readonly int point;

    private DecimalText(NumericSign sign, int digitsStart, int point, int digitCount, long digitsBeforePoint, long displayScale)
    {
        Sign = sign;
        this.digitsStart = digitsStart;
        this.point = point;
        DigitCount = digitCount;
        DigitsBeforePoint = digitsBeforePoint;
        DisplayScale = displayScale;
    }

    /// <summary>The sign, NaN or an infinity.</summary>
    public NumericSign Sign { get; }

    /// <summary>The number of digits written, leading and trailing zeros included.</summary>
    public int DigitCount { get; }

    /// <summary>How many of the digits stand before the decimal point once the exponent is applied; may be negative.</summary>
    public long DigitsBeforePoint { get; }

    /// <summary>The number of decimals to display: those written, less the exponent, never below zero.</summary>
    public long DisplayScale { get; }

    /// <summary>Reads a number without white space around it.</summary>
    public static ConversionFailure Read(ReadOnlySpan<byte> text, out DecimalText number)
    {
        var sign = NumericSign.Positive;
        var i = 0;
        if (text.Length > 0 && text[0] is (byte)'+' or (byte)'-')
        {
            if (text[0] == '-') sign = NumericSign.Negative;
            i++;
        }

        var start = i;
        var point = -1;
        for (; i < text.Length; i++)
        {
            if (text[i] == '.' && point < 0) point = i;
            else if ((uint)(text[i] - '0') > 9) break;
        }

        var digits = i - start - (point < 0 ? 0 : 1);
        if (digits == 0) return ReadWord(text, out number);
        if (point < 0) point = i;
        number = default;
        var exponent = 0L;
        if (i < text.Length)
        {
            var failure = ReadExponent(text[i..], out exponent);
            if (failure != ConversionFailure.None) return failure;
        }

        var before = point - start;
        number = new DecimalText(sign, start, point, digits, before + exponent, Math.Max(digits - before - exponent, 0));
        return ConversionFailure.None;
    }

    /// <summary>Copies the digits, as numbers 0 to 9, to <paramref name="digits"/>.</summary>
    /// <param name="text">The text that was read.</param>
    /// <param name="digits">Room for <see cref="DigitCount"/> digits.</param>
    public void CopyDigits(ReadOnlySpan<byte> text, Span<byte> digits)
    {
        var before = point - digitsStart;
        for (var k = 0; k < digits.Length; k++) digits[k] = (byte)(text[digitsStart + k + (k < before ? 0 : 1)] - '0');
    }

    private static ConversionFailure ReadExponent(ReadOnlySpan<byte> text, out long exponent)
    {
        exponent = 0;
        if ((text[0] | 0x20) != 'e') return ConversionFailure.InvalidSyntax;
        var i = 1;
        var negative = i < text.Length && text[i] == '-';
        if (negative || (i < text.Length && text[i] == '+')) i++;
        if (i == text.Length) return ConversionFailure.InvalidSyntax;
        var overflow = false;
        for (; i < text.Length; i++)
        {
            var digit = (uint)(text[i] - '0');
            if (digit > 9) return ConversionFailure.InvalidSyntax;
            exponent = Math.Min(exponent * 10 + digit, int.MaxValue);
            overflow = exponent >= int.MaxValue / 2;
        }

        if (negative) exponent = -exponent;
        return overflow ? ConversionFailure.OutOfRange : ConversionFailure.None;
    }

    private static ConversionFailure ReadWord(ReadOnlySpan<byte> text, out DecimalText number)
    {
        number = default;
        if (Ascii.EqualsIgnoreCase(text, "nan"u8))
        {
            number = new DecimalText(NumericSign.NaN, 0, 0, 0, 0, 0);
            return ConversionFailure.None;
        }

        var negative = text.Length > 0 && text[0] == '-';
        if (negative || (text.Length > 0 && text[0] == '+')) text = text[1..];
        if (!Ascii.EqualsIgnoreCase(text, "infinity"u8) && !Ascii.EqualsIgnoreCase(text, "inf"u8)) return ConversionFailure.InvalidSyntax;
        number = new DecimalText(negative ? NumericSign.NegativeInfinity : NumericSign.PositiveInfinity, 0, 0, 0, 0, 0);
        return ConversionFailure.None;
    }
}
