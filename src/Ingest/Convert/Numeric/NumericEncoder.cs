// numeric: int16 digit groups, int16 weight, uint16 sign, uint16 display scale, then the groups, base 10000 (numeric_recv).
using System.Buffers.Binary;

namespace Ingest.Convert;

/// <summary>
/// numeric, of any size that the server takes. A declared precision and scale are applied here as the server applies
/// them (apply_typmod, numeric.c), so that a payload is the value that the column will hold: keys are hashed over it.
/// </summary>
internal sealed class NumericEncoder : FieldEncoder
{
    private const int HeaderSize = 4 + 8;

    // What 64 bits hold of either side, the decimals filled up to whole groups of four.
    private const int MostIntegerDigits = 18;
    private const int MostDecimals = 16;
    private const int MostShort = MostIntegerDigits + 1 + MostDecimals;

    private readonly int precision = int.MaxValue;
    private readonly int scale;

    // 10 to the digits before the point; 0 where 64 bits cannot overflow it.
    private readonly ulong integerLimit;

    /// <summary>Makes the encoder of a column.</summary>
    /// <param name="modifier">pg_attribute.atttypmod: precision and scale, packed; −1 for none.</param>
    public NumericEncoder(int modifier)
    {
        IsConstrained = modifier >= 4;
        if (!IsConstrained) return;
        precision = ((modifier - 4) >> 16) & 0xFFFF;
        // The scale is an 11-bit two's complement number: it may be negative from PostgreSQL 15 on.
        scale = (((modifier - 4) & 0x7FF) ^ 0x400) - 0x400;
        if (precision - scale is < 0 or > 18) return;
        integerLimit = 1;
        for (var digit = 0; digit < precision - scale; digit++) integerLimit *= 10;
    }

    /// <inheritdoc/>
    public override KeyEquality KeyEquality => KeyEquality.Numeric;

    private bool IsConstrained { get; }

    /// <inheritdoc/>
    public override ConversionFailure Encode(ReadOnlySpan<byte> text, RowBuffer row)
    {
        // At most 18 digits before the point and 16 after it, no exponent, no white space, no rounding.
        var i = text.Length > 0 && text[0] == '-' ? 1 : 0;
        if (text.Length - i is < 1 or > MostShort || (uint)(text[i] - '0') > 9) return EncodeAny(text, row);
        ulong integer = 0, fraction = 0;
        uint digit;
        var j = i;
        for (; j < text.Length && (digit = (uint)(text[j] - '0')) <= 9; j++) integer = integer * 10 + digit;
        if (j - i > MostIntegerDigits) return EncodeAny(text, row);
        var decimals = 0;
        if (j < text.Length)
        {
            if (text[j] != '.') return EncodeAny(text, row);
            decimals = text.Length - ++j;
            if (decimals > MostDecimals) return EncodeAny(text, row);
            for (; j < text.Length && (digit = (uint)(text[j] - '0')) <= 9; j++) fraction = fraction * 10 + digit;
            if (j < text.Length) return EncodeAny(text, row);
        }

        var displayScale = decimals;
        if (IsConstrained)
        {
            if (decimals > scale || precision < scale) return EncodeAny(text, row);
            if (integerLimit != 0 && integer >= integerLimit) return ConversionFailure.OutOfRange;
            displayScale = scale;
        }

        WriteShort(row, i == 1, integer, fraction, decimals, displayScale);
        return ConversionFailure.None;
    }

    private static void WriteShort(RowBuffer row, bool negative, ulong integer, ulong fraction, int decimals, int displayScale)
    {
        for (; (decimals & 3) != 0; decimals++) fraction *= 10;
        Span<ushort> groups = stackalloc ushort[10];
        int first = 5, last = 5;
        for (; integer != 0; integer /= 10000) groups[--first] = (ushort)(integer % 10000);
        var weight = 4 - first;
        if (fraction != 0)
        {
            last += decimals >> 2;
            for (var g = last; g > 5; fraction /= 10000) groups[--g] = (ushort)(fraction % 10000);
        }

        for (; first < last && groups[first] == 0; first++) weight--;
        while (last > first && groups[last - 1] == 0) last--;
        WriteGroups(row, negative, weight, displayScale, groups[first..last]);
    }

    private static void WriteGroups(RowBuffer row, bool negative, int weight, int displayScale, ReadOnlySpan<ushort> groups)
    {
        var size = HeaderSize + groups.Length * 2;
        var room = row.Reserve(size);
        WriteHeader(room, groups.Length, weight, negative ? NumericSign.Negative : NumericSign.Positive, displayScale);
        for (var g = 0; g < groups.Length; g++) BinaryPrimitives.WriteUInt16BigEndian(room[(HeaderSize + g * 2)..], groups[g]);
        row.Advance(size);
    }

    private static void WriteHeader(Span<byte> room, int groups, int weight, NumericSign sign, int displayScale)
    {
        // Zero has neither a sign nor a weight.
        if (groups == 0) weight = 0;
        if (groups == 0 && sign == NumericSign.Negative) sign = NumericSign.Positive;
        BinaryPrimitives.WriteInt32BigEndian(room, 8 + groups * 2);
        BinaryPrimitives.WriteUInt64BigEndian(
            room[4..], ((ulong)groups << 48) | ((ulong)(ushort)weight << 32) | ((ulong)sign << 16) | (uint)displayScale);
    }

    /// <summary>Long numbers, exponents, white space, rounding to the declared scale, NaN and the infinities.</summary>
    private ConversionFailure EncodeAny(ReadOnlySpan<byte> text, RowBuffer row)
    {
        text = AsciiSpace.Trim(text);
        var failure = DecimalText.Read(text, out var number);
        if (failure != ConversionFailure.None) return failure;
        if (number.Sign is not (NumericSign.Positive or NumericSign.Negative))
        {
            if (IsConstrained && number.Sign != NumericSign.NaN) return ConversionFailure.OutOfRange;
            WriteHeader(row.Reserve(HeaderSize), 0, 0, number.Sign, 0);
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
        WriteHeader(room, groups, weight, number.Sign, (int)displayScale);
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
