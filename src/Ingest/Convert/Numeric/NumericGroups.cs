// numeric: int16 digit groups, int16 weight, uint16 sign, uint16 display scale, then the groups, base 10000 (numeric_recv).
using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Ingest.Convert;

/// <summary>Writes numeric's payload with its length word.</summary>
internal static class NumericGroups
{
    /// <summary>The bytes of the length word and what is before the groups.</summary>
    public const int HeaderSize = 4 + 8;

    /// <summary>The largest number that is written whole: filled up to a group of four digits, it has four groups.</summary>
    public const ulong Most = 9_999_999_999_999;

    private const int MostGroups = 10;

    private static ReadOnlySpan<ushort> Fill => [1, 1000, 100, 10];

    /// <summary>Writes a number of at most <see cref="Most"/> that counts 10 to the −<paramref name="decimals"/>.</summary>
    public static void Write(RowBuffer row, bool isNegative, ulong magnitude, int decimals, int displayScale)
    {
        // The last group after the point is filled with zeros. All four groups lie in one word, so that no guess at their number fails.
        magnitude *= Fill[decimals & 3];
        var high = (uint)(magnitude / 100_000_000);
        var low = (uint)(magnitude - ((ulong)high * 100_000_000));
        var groups = ((ulong)Pair(high) << 32) | Pair(low);
        // Groups of zeros at either end are left out; zero has neither a group nor a sign nor a weight.
        var above = BitOperations.LeadingZeroCount(groups) >> 4;
        var count = groups == 0 ? 0 : 4 - above - (BitOperations.TrailingZeroCount(groups) >> 4);
        var weight = groups == 0 ? 0 : 3 - above - ((decimals + 3) >> 2);
        var sign = isNegative && groups != 0 ? NumericSign.Negative : NumericSign.Positive;
        var room = row.Reserve(HeaderSize + 8);
        WriteHeader(room, count, weight, sign, displayScale);
        BinaryPrimitives.WriteUInt64BigEndian(room[HeaderSize..], groups << (above << 4));
        row.Advance(HeaderSize + (count * 2));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Pair(uint eightDigits)
    {
        var high = eightDigits / 10_000;
        return (high << 16) | (eightDigits - (high * 10_000));
    }

    /// <summary>Writes a number by what is before its point and what is after it, of at most 16 decimals.</summary>
    public static void Write(RowBuffer row, bool isNegative, ulong integer, ulong fraction, int decimals, int displayScale)
    {
        fraction *= Fill[decimals & 3];
        Span<ushort> groups = stackalloc ushort[MostGroups];
        int first = MostGroups / 2, last = MostGroups / 2;
        for (; integer != 0; integer /= 10_000) groups[--first] = (ushort)(integer % 10_000);
        var weight = MostGroups / 2 - first - 1;
        if (fraction != 0)
        {
            last += (decimals + 3) >> 2;
            for (var g = last; g > MostGroups / 2; fraction /= 10_000) groups[--g] = (ushort)(fraction % 10_000);
        }
        for (; first < last && groups[first] == 0; first++) weight--;
        while (last > first && groups[last - 1] == 0) last--;

        var count = last - first;
        var size = HeaderSize + (count * 2);
        var room = row.Reserve(size);
        // Zero has neither a sign nor a weight.
        WriteHeader(room, count, count == 0 ? 0 : weight, isNegative && count != 0 ? NumericSign.Negative : NumericSign.Positive, displayScale);
        for (var g = 0; g < count; g++) BinaryPrimitives.WriteUInt16BigEndian(room[(HeaderSize + (g * 2))..], groups[first + g]);
        row.Advance(size);
    }

    /// <summary>Writes the length word and what is before the groups.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void WriteHeader(Span<byte> room, int groups, int weight, NumericSign sign, int displayScale)
    {
        BinaryPrimitives.WriteInt32BigEndian(room, 8 + (groups * 2));
        BinaryPrimitives.WriteUInt64BigEndian(
            room[4..], ((ulong)groups << 48) | ((ulong)(ushort)weight << 32) | ((ulong)sign << 16) | (uint)displayScale);
    }
}
