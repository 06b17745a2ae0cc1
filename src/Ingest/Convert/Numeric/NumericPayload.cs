using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Ingest.Convert;

/// <summary>Writes a scaled integer as numeric, without a text between, where a declared precision and scale need no rounding.</summary>
internal sealed class NumericPayload
{
    /// <summary>128 bits have 39 digits at most; with the incomplete group at the point, 11 groups.</summary>
    private const int MostGroups = 12;

    private readonly int decimals;
    private readonly int displayScale;
    private readonly bool isExact;
    private readonly UInt128 limit;

    // What is below it can be written as it is, by the shortest way.
    private readonly ulong shortLimit;

    /// <summary>Makes the writer of a column.</summary>
    /// <param name="decimals">The digits after the point of every value, not negative.</param>
    /// <param name="modifier">pg_attribute.atttypmod: precision and scale, packed; −1 for none.</param>
    public NumericPayload(int decimals, int modifier)
    {
        this.decimals = displayScale = decimals;
        limit = UInt128.MaxValue;
        isExact = decimals <= NumericLimits.DisplayScale;
        if (modifier >= 4)
        {
            var precision = ((modifier - 4) >> 16) & 0xFFFF;
            displayScale = (((modifier - 4) & 0x7FF) ^ 0x400) - 0x400;
            isExact = decimals <= displayScale;
            limit = Power(precision - displayScale + decimals);
        }
        shortLimit = isExact ? (ulong)UInt128.Min(limit, NumericGroups.Most + 1) : 0;
    }

    private static ReadOnlySpan<ushort> Units => [1, 10, 100, 1000, 10000];

    /// <summary>Writes a value; false when it must be rounded or refused, which is for <see cref="NumericEncoder"/> to do.</summary>
    /// <param name="magnitude">The value without its sign and point.</param>
    /// <param name="isNegative">Whether it is below zero.</param>
    /// <param name="row">Where the field is appended.</param>
    public bool TryWrite(UInt128 magnitude, bool isNegative, RowBuffer row)
    {
        if (!isExact || magnitude >= limit) return false;
        if (magnitude <= NumericGroups.Most) NumericGroups.Write(row, isNegative, (ulong)magnitude, decimals, displayScale);
        else WriteWide(magnitude, isNegative, row);
        return true;
    }

    /// <summary>As for 128 bits, which most values do not need.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryWrite(ulong magnitude, bool isNegative, RowBuffer row)
    {
        if (magnitude >= shortLimit) return TryWrite((UInt128)magnitude, isNegative, row);
        NumericGroups.Write(row, isNegative, magnitude, decimals, displayScale);
        return true;
    }

    /// <summary>10 to the power of <paramref name="digits"/>, or what 128 bits have that comes closest.</summary>
    private static UInt128 Power(int digits)
    {
        if (digits < 0) return 0;
        UInt128 power = 1;
        for (var i = 0; i < digits; i++)
        {
            if (power > UInt128.MaxValue / 10) return UInt128.MaxValue;
            power *= 10;
        }
        return power;
    }

    private void WriteWide(UInt128 magnitude, bool isNegative, RowBuffer row)
    {
        // From the lowest group up; the first one after the point may be filled with zeros.
        Span<ushort> groups = stackalloc ushort[MostGroups];
        var count = 0;
        if ((decimals & 3) is > 0 and var rest)
        {
            // Most values have 64 bits, whose division is many times faster.
            uint unit = Units[rest];
            var quotient = magnitude <= ulong.MaxValue ? (ulong)magnitude / unit : magnitude / unit;
            groups[count++] = (ushort)((uint)(magnitude - (quotient * unit)) * Units[4 - rest]);
            magnitude = quotient;
        }
        for (; magnitude > ulong.MaxValue; magnitude /= 10000) groups[count++] = (ushort)(magnitude % 10000);
        for (var left = (ulong)magnitude; left != 0; left /= 10000) groups[count++] = (ushort)(left % 10000);
        var first = 0;
        while (groups[first] == 0) first++;

        var size = NumericGroups.HeaderSize + ((count - first) * 2);
        var room = row.Reserve(size);
        var weight = count - ((decimals + 3) >> 2) - 1;
        NumericGroups.WriteHeader(room, count - first, weight, isNegative ? NumericSign.Negative : NumericSign.Positive, displayScale);
        for (var g = 0; g < count - first; g++)
            BinaryPrimitives.WriteUInt16BigEndian(room[(NumericGroups.HeaderSize + (g * 2))..], groups[count - 1 - g]);
        row.Advance(size);
    }
}
