using System.Buffers.Binary;

namespace Ingest.Convert;

/// <summary>
/// numeric, of any size that the server takes. A declared precision and scale are applied here as the server applies
/// them (apply_typmod, numeric.c), so that a payload is the value that the column will hold: keys are hashed over it.
/// </summary>
internal sealed class NumericEncoder : FieldEncoder
{
    private const int HeaderSize = NumericGroups.HeaderSize;

    private readonly bool readsLiterals;
    private readonly int precision = int.MaxValue;
    private readonly int scale;

    // What needs no rounding, is not out of range and is short is below these: without its point by its decimals.
    private readonly ulong[] limits = new ulong[ShortDigits.MostCharacters];
    private readonly ulong integerLimit = ulong.MaxValue;
    private readonly int mostDecimals = int.MaxValue;

    /// <summary>Makes the encoder of a column.</summary>
    /// <param name="modifier">pg_attribute.atttypmod: precision and scale, packed; −1 for none.</param>
    /// <param name="readsLiterals">Whether the server is one that reads <see cref="LiteralText"/>.</param>
    public NumericEncoder(int modifier, bool readsLiterals = false)
    {
        this.readsLiterals = readsLiterals;
        IsConstrained = modifier >= 4;
        Array.Fill(limits, NumericGroups.Most + 1);
        if (!IsConstrained) return;
        precision = ((modifier - 4) >> 16) & 0xFFFF;
        // The scale is an 11-bit two's complement number: it may be negative from PostgreSQL 15 on.
        scale = (((modifier - 4) & 0x7FF) ^ 0x400) - 0x400;
        integerLimit = Below(precision - scale);
        mostDecimals = scale;
        for (var decimals = 0; decimals < limits.Length; decimals++)
            limits[decimals] = decimals <= scale && precision >= scale ? Math.Min(Below(precision - scale + decimals), NumericGroups.Most + 1) : 0;
    }

    /// <inheritdoc/>
    public override KeyEquality KeyEquality => KeyEquality.Numeric;

    private bool IsConstrained { get; }

    /// <inheritdoc/>
    public override ConversionFailure Encode(ReadOnlySpan<byte> text, RowBuffer row)
    {
        var isNegative = text.Length > 0 && text[0] == '-';
        var number = isNegative ? text[1..] : text;
        if (ShortDigits.TryReadDecimal(number, out var value, out var decimals) && value < limits[decimals])
            NumericGroups.Write(row, isNegative, value, decimals, IsConstrained ? scale : decimals);
        else if (TryReadHalves(number, out var integer, out var fraction, out decimals) && integer < integerLimit && decimals <= mostDecimals)
            NumericGroups.Write(row, isNegative, integer, fraction, decimals, IsConstrained ? scale : decimals);
        else
            return EncodeAny(text, row);
        return ConversionFailure.None;
    }

    /// <summary>Reads numbers of up to 16 digits on either side of the point.</summary>
    private static bool TryReadHalves(ReadOnlySpan<byte> text, out ulong integer, out ulong fraction, out int decimals)
    {
        (integer, fraction, decimals) = (0, 0, 0);
        var point = text.IndexOf((byte)'.');
        if (point < 0) return ShortDigits.TryRead(text, out integer);
        decimals = text.Length - point - 1;
        return ShortDigits.TryRead(text[..point], out integer) && ShortDigits.TryRead(text[(point + 1)..], out fraction);
    }

    /// <summary>What numbers of so many digits are below; 0, so that none is, where there can be no digit.</summary>
    private static ulong Below(int digits)
    {
        if (digits < 0) return 0;
        if (digits > ShortDigits.MostCharacters) return ulong.MaxValue;
        var power = 1UL;
        for (; digits > 0; digits--) power *= 10;
        return power;
    }

    /// <summary>Long numbers, exponents, white space, rounding to the declared scale, NaN and the infinities.</summary>
    private ConversionFailure EncodeAny(ReadOnlySpan<byte> text, RowBuffer row)
    {
        text = AsciiSpace.Trim(text);
        var failure = DecimalText.Read(text, out var number);
        if (failure == ConversionFailure.InvalidSyntax && readsLiterals && LiteralText.ToPlain(text) is { } plain)
        {
            text = plain;
            failure = DecimalText.Read(text, out number);
        }
        if (failure != ConversionFailure.None) return failure;
        if (number.Sign is not (NumericSign.Positive or NumericSign.Negative))
        {
            if (IsConstrained && number.Sign != NumericSign.NaN) return ConversionFailure.OutOfRange;
            NumericGroups.WriteHeader(row.Reserve(HeaderSize), 0, 0, number.Sign, 0);
            row.Advance(HeaderSize);
            return ConversionFailure.None;
        }

        return WriteLong(text, number, row);
    }

    private ConversionFailure WriteLong(ReadOnlySpan<byte> text, DecimalText number, RowBuffer row)
    {
        // The digits are gathered in the row's own free room, behind the place of the groups: two bytes each at most,
        // half of it needed for the groups, and one digit of room for a carry.
        var payload = HeaderSize + (number.DigitCount + 8) / 4 * 2 + 4;
        var room = row.Reserve(payload + number.DigitCount + 1);
        var digits = room.Slice(payload, number.DigitCount + 1);
        digits[0] = 0;
        number.CopyDigits(text, digits[1..]);

        var before = number.DigitsBeforePoint + 1;
        var count = (long)digits.Length;
        var displayScale = number.DisplayScale;
        if (IsConstrained)
        {
            displayScale = Math.Max(scale, 0);
            count = Round(digits, Math.Min(before + scale, count));
        }

        var start = 0;
        while (start < count && digits[start] == 0) start++;
        while (count > start && digits[(int)count - 1] == 0) count--;
        before -= start;
        if (start >= count) before = 0;
        else if (before > (IsConstrained ? precision - scale : NumericLimits.DigitsBeforePoint)) return ConversionFailure.OutOfRange;
        if (displayScale > NumericLimits.DisplayScale) return ConversionFailure.OutOfRange;

        var weight = (int)((before + 3) >> 2) - 1;
        var groups = start >= count ? 0 : Pack(digits[start..(int)count], (weight + 1) * 4 - (int)before, room[HeaderSize..payload]);
        // Zero has neither a sign nor a weight.
        NumericGroups.WriteHeader(room, groups, groups == 0 ? 0 : weight, groups == 0 ? NumericSign.Positive : number.Sign, (int)displayScale);
        row.Advance(HeaderSize + groups * 2);
        return ConversionFailure.None;
    }

    /// <summary>Rounds half away from zero to <paramref name="keep"/> digits; gives back how many digits remain.</summary>
    private static long Round(Span<byte> digits, long keep)
    {
        if (keep <= 0) return 0;
        if (keep >= digits.Length || digits[(int)keep] < 5) return keep;
        var i = (int)keep - 1;
        while (digits[i] == 9) digits[i--] = 0;
        digits[i]++;
        return keep;
    }

    /// <summary>Packs decimal digits four to a group, the first group filled up with <paramref name="pad"/> zeros.</summary>
    private static int Pack(ReadOnlySpan<byte> digits, int pad, Span<byte> groups)
    {
        var count = (pad + digits.Length + 3) / 4;
        for (var g = 0; g < count; g++)
        {
            var value = 0;
            for (var k = g * 4 - pad; k < g * 4 - pad + 4; k++) value = value * 10 + ((uint)k < (uint)digits.Length ? digits[k] : 0);
            BinaryPrimitives.WriteUInt16BigEndian(groups[(g * 2)..], (ushort)value);
        }

        return count;
    }
}
