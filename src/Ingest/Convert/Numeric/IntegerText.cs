namespace Ingest.Convert;

/// <summary>Reads integers as pg_strtoint16, pg_strtoint32 and pg_strtoint64 do (numutils.c).</summary>
internal static class IntegerText
{
    /// <summary>Reads an integer between <paramref name="min"/> and <paramref name="max"/>, where the server reads it also a <see cref="LiteralText"/>.</summary>
    public static ConversionFailure Read(ReadOnlySpan<byte> text, long min, long max, bool readsLiterals, out long value)
    {
        // Up to 18 digits cannot overflow 64 bits, so the common case needs one check at the end.
        var isNegative = text.Length > 0 && text[0] == '-';
        var digits = isNegative ? text[1..] : text;
        if (!ShortDigits.TryRead(digits, out var magnitude) && !TryReadLonger(digits, out magnitude))
        {
            var failure = ReadAny(text, min, max, out value);
            return failure == ConversionFailure.InvalidSyntax && readsLiterals && LiteralText.ToPlain(text) is { } plain ? ReadAny(plain, min, max, out value) : failure;
        }
        value = isNegative ? -(long)magnitude : (long)magnitude;
        return value < min || value > max ? ConversionFailure.OutOfRange : ConversionFailure.None;
    }

    private static bool TryReadLonger(ReadOnlySpan<byte> digits, out ulong magnitude)
    {
        magnitude = 0;
        if (digits.Length is not (17 or 18)) return false;
        var isNumber = ShortDigits.TryRead(digits[..^16], out var high) & ShortDigits.TryRead(digits[^16..], out var low);
        magnitude = (high * 10_000_000_000_000_000) + low;
        return isNumber;
    }

    /// <summary>White space, a plus sign, or enough digits to overflow.</summary>
    private static ConversionFailure ReadAny(ReadOnlySpan<byte> text, long min, long max, out long value)
    {
        value = 0;
        text = AsciiSpace.Trim(text);
        var negative = text.Length > 0 && text[0] == '-';
        if (negative || (text.Length > 0 && text[0] == '+')) text = text[1..];
        if (text.Length == 0 || (uint)(text[0] - '0') > 9) return ConversionFailure.InvalidSyntax;

        // As in the server, a number past both ends of the range is that, whatever follows it; max + 1 needs its end seen.
        Int128 magnitude = 0;
        var limit = Int128.Max(-(Int128)min, max);
        foreach (var c in text)
        {
            var digit = (uint)(c - '0');
            if (digit > 9) return ConversionFailure.InvalidSyntax;
            magnitude = magnitude * 10 + digit;
            if (magnitude > limit) return ConversionFailure.OutOfRange;
        }

        if (negative) magnitude = -magnitude;
        if (magnitude < min || magnitude > max) return ConversionFailure.OutOfRange;
        value = (long)magnitude;
        return ConversionFailure.None;
    }
}
