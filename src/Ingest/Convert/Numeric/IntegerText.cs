namespace Ingest.Convert;

/// <summary>Reads integers as pg_strtoint16, pg_strtoint32 and pg_strtoint64 do (numutils.c).</summary>
internal static class IntegerText
{
    /// <summary>Reads an integer between <paramref name="min"/> and <paramref name="max"/>.</summary>
    public static ConversionFailure Read(ReadOnlySpan<byte> text, long min, long max, out long value)
    {
        // Up to 18 digits cannot overflow 64 bits, so the common case needs one check at the end.
        value = 0;
        if ((uint)(text.Length - 1) > 18) return ReadAny(text, min, max, out value);
        var i = text[0] == '-' ? 1 : 0;
        if (i == text.Length || text.Length - i > 18) return ReadAny(text, min, max, out value);
        var magnitude = 0L;
        for (var j = i; j < text.Length; j++)
        {
            var digit = (uint)(text[j] - '0');
            if (digit > 9) return ReadAny(text, min, max, out value);
            magnitude = magnitude * 10 + digit;
        }

        value = i == 0 ? magnitude : -magnitude;
        return value < min || value > max ? ConversionFailure.OutOfRange : ConversionFailure.None;
    }

    /// <summary>White space, a plus sign, or enough digits to overflow.</summary>
    private static ConversionFailure ReadAny(ReadOnlySpan<byte> text, long min, long max, out long value)
    {
        value = 0;
        text = AsciiSpace.Trim(text);
        var negative = text.Length > 0 && text[0] == '-';
        if (negative || (text.Length > 0 && text[0] == '+')) text = text[1..];
        if (text.Length == 0 || (uint)(text[0] - '0') > 9) return ConversionFailure.InvalidSyntax;

        // The magnitude stops growing once it is past any range, as the server reports the range before what follows.
        UInt128 magnitude = 0;
        var limit = negative ? (UInt128)(-(Int128)min) : (UInt128)(Int128)max;
        foreach (var c in text)
        {
            var digit = (uint)(c - '0');
            if (digit > 9) return ConversionFailure.InvalidSyntax;
            magnitude = magnitude * 10 + digit;
            if (magnitude > limit) return ConversionFailure.OutOfRange;
        }

        value = negative ? (long)(-(Int128)magnitude) : (long)magnitude;
        return ConversionFailure.None;
    }
}
