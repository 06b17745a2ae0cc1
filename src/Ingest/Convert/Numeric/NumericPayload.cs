// numeric: int16 digit groups, int16 weight, uint16 sign, uint16 display scale, then the groups, base 10000 (numeric_recv).
using System.Buffers.Binary;

namespace Ingest.Convert;

/// <summary>Writes a scaled integer as numeric, without a text between, where a declared precision and scale need no rounding.</summary>
internal sealed class NumericPayload
{
    private const int HeaderSize = 4 + 8;

    /// <summary>128 bits have 39 digits at most; with the incomplete group at the point, 11 groups.</summary>
    private const int MostGroups = 12;

    private readonly bool isConstrained;
    private readonly int precision;
    private readonly int scale;

    /// <summary>Makes the writer of a column.</summary>
    /// <param name="modifier">pg_attribute.atttypmod: precision and scale, packed; −1 for none.</param>
    public NumericPayload(int modifier)
    {
        isConstrained = modifier >= 4;
        if (!isConstrained) return;
        precision = ((modifier - 4) >> 16) & 0xFFFF;
        scale = (((modifier - 4) & 0x7FF) ^ 0x400) - 0x400;
    }

    private static ReadOnlySpan<ushort> Units => [1, 10, 100, 1000, 10000];

    /// <summary>Writes a value; false when it must be rounded or refused, which is for <see cref="NumericEncoder"/> to do.</summary>
    /// <param name="magnitude">The value without its sign and point.</param>
    /// <param name="isNegative">Whether it is below zero.</param>
    /// <param name="decimals">The digits after the point, not negative.</param>
    /// <param name="row">Where the field is appended.</param>
    public bool TryWrite(UInt128 magnitude, bool isNegative, int decimals, RowBuffer row)
    {
        if (!isConstrained)
        {
            if (decimals > NumericLimits.DisplayScale) return false;
            Write(magnitude, isNegative, decimals, decimals, row);
            return true;
        }
        if (decimals > scale || !FitsDigits(magnitude, precision - scale + decimals)) return false;
        Write(magnitude, isNegative, decimals, scale, row);
        return true;
    }

    private static bool FitsDigits(UInt128 magnitude, int digits)
    {
        if (digits < 0) return false;
        if (digits > 38) return true;
        UInt128 limit = 1;
        for (; digits > 0; digits--) limit *= 10;
        return magnitude < limit;
    }

    private static void Write(UInt128 magnitude, bool isNegative, int decimals, int displayScale, RowBuffer row)
    {
        // From the lowest group up; the first one after the point may be filled with zeros.
        Span<ushort> groups = stackalloc ushort[MostGroups];
        var count = 0;
        if ((decimals & 3) is > 0 and var rest)
        {
            (magnitude, var low) = UInt128.DivRem(magnitude, Units[rest]);
            groups[count++] = (ushort)((uint)low * Units[4 - rest]);
        }
        for (; magnitude > ulong.MaxValue; magnitude /= 10000) groups[count++] = (ushort)(magnitude % 10000);
        for (var left = (ulong)magnitude; left != 0; left /= 10000) groups[count++] = (ushort)(left % 10000);
        var first = 0;
        while (first < count && groups[first] == 0) first++;
        while (count > first && groups[count - 1] == 0) count--;

        // Zero has neither a sign nor a weight.
        var isZero = first == count;
        var weight = isZero ? 0 : count - ((decimals + 3) >> 2) - 1;
        var sign = isNegative && !isZero ? NumericSign.Negative : NumericSign.Positive;
        var size = HeaderSize + ((count - first) * 2);
        var room = row.Reserve(size);
        BinaryPrimitives.WriteInt32BigEndian(room, size - 4);
        BinaryPrimitives.WriteInt16BigEndian(room[4..], (short)(count - first));
        BinaryPrimitives.WriteInt16BigEndian(room[6..], (short)weight);
        BinaryPrimitives.WriteUInt16BigEndian(room[8..], (ushort)sign);
        BinaryPrimitives.WriteUInt16BigEndian(room[10..], (ushort)displayScale);
        for (var g = 0; g < count - first; g++) BinaryPrimitives.WriteUInt16BigEndian(room[(HeaderSize + (g * 2))..], groups[count - 1 - g]);
        row.Advance(size);
    }
}
