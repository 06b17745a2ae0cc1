using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Ingest.Convert;

/// <summary>
/// Reads the few digits that most numbers have, eight characters at a time in one word, so that the time does not depend
/// on how many there are (guarded by the ConvertBenchmarks).
/// </summary>
internal static class ShortDigits
{
    /// <summary>The characters that two words hold.</summary>
    public const int MostCharacters = 16;

    private const ulong Zeros = 0x3030_3030_3030_3030;
    private const ulong HighBits = 0x8080_8080_8080_8080;

    /// <summary>Reads 1 to 16 digits and nothing else; false for any other text.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryRead(ReadOnlySpan<byte> text, out ulong value)
    {
        value = 0;
        if ((uint)(text.Length - 1) >= MostCharacters) return false;
        ref var start = ref MemoryMarshal.GetReference(text);
        var last = Last(ref start, text.Length);
        if (text.Length <= 8)
        {
            value = Value(last);
            return AreDigits(last);
        }
        var first = Last(ref start, text.Length - 8);
        value = Value(first) * 100_000_000 + Value(last);
        return AreDigits(first) && AreDigits(last);
    }

    /// <summary>Reads 1 to 16 characters: digits, and before, between or after them perhaps a point; false for any other text.</summary>
    /// <param name="text">The text, without a sign.</param>
    /// <param name="value">The digits, as if there were no point.</param>
    /// <param name="decimals">The number of digits after the point.</param>
    public static bool TryReadDecimal(ReadOnlySpan<byte> text, out ulong value, out int decimals)
    {
        value = 0;
        decimals = 0;
        if ((uint)(text.Length - 1) >= MostCharacters) return false;
        ref var start = ref MemoryMarshal.GetReference(text);
        var last = Last(ref start, text.Length);
        var first = text.Length <= 8 ? 0 : Last(ref start, text.Length - 8);
        var point = FirstPoint(last);
        if (point < 64)
        {
            // What is before the point moves up by its place; the lowest place is taken by the word before.
            decimals = 7 - (point >> 3);
            last = Without(last, point) | (first >> 56);
            first <<= 8;
        }
        else if (text.Length > 8 && FirstPoint(first) is < 64 and var early)
        {
            decimals = 15 - (early >> 3);
            first = Without(first, early);
        }
        value = Value(first) * 100_000_000 + Value(last);
        return AreDigits(first) && AreDigits(last) && (text.Length > 1 || point == 64);
    }

    /// <summary>Makes numbers of four pairs of digits, one in each 16 bits, the first in the lowest; false when there is another character.</summary>
    /// <param name="text">Eight characters, the first in the lowest byte.</param>
    /// <param name="pairs">The numbers, 0 to 99.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryReadPairs(ulong text, out ulong pairs)
    {
        var digits = text ^ Zeros;
        pairs = Pairs(digits);
        return AreDigits(digits);
    }

    /// <summary>
    /// The last up to eight characters of those at <paramref name="text"/>, less the character 0: the last one in the
    /// highest byte, zeros below the first.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Last(ref byte text, int length)
    {
        if (length >= 8) return Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref text, length - 8)) ^ Zeros;
        var missing = 64 - (length << 3);
        ulong word;
        if (length >= 4)
        {
            // The two halves overlap: where they do, they are the same.
            word = ((ulong)Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref text, length - 4)) << 32)
                | ((ulong)Unsafe.ReadUnaligned<uint>(ref text) << missing);
        }
        else
        {
            var middle = length >> 1;
            word = ((ulong)text << missing) | ((ulong)Unsafe.Add(ref text, middle) << (missing + (middle << 3)))
                | ((ulong)Unsafe.Add(ref text, length - 1) << 56);
        }
        return word ^ (Zeros << missing);
    }

    /// <summary>The bit at which the first point's byte begins, or 64.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int FirstPoint(ulong digits)
    {
        // A byte that is zero is the only one to borrow below the first of them.
        var points = digits ^ 0x1E1E_1E1E_1E1E_1E1E;
        return BitOperations.TrailingZeroCount((points - 0x0101_0101_0101_0101) & ~points & HighBits) & ~7;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Without(ulong digits, int bit)
    {
        var below = (1UL << bit) - 1;
        return (digits & ~((below << 8) | 0xFF)) | ((digits & below) << 8);
    }

    /// <summary>Whether every byte is 0 to 9.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool AreDigits(ulong digits) => (((digits + 0x7676_7676_7676_7676) | digits) & HighBits) == 0;

    /// <summary>Eight digits in decimal: first the pairs, then the fours, then all.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Value(ulong digits)
    {
        digits = Pairs(digits);
        digits = ((digits * 100) + (digits >> 16)) & 0x0000_FFFF_0000_FFFF;
        return ((digits * 10_000) + (digits >> 32)) & 0xFFFF_FFFF;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Pairs(ulong digits) => ((digits * 10) + (digits >> 8)) & 0x00FF_00FF_00FF_00FF;
}
