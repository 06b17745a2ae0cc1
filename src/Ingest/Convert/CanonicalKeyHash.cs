using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Ingest.Convert;

/// <summary>
/// A 64-bit hash over binary payloads that is the same for values that PostgreSQL holds equal. It decides the lane of a
/// row: change it together with <c>Dealer.Version</c>, or a resume deals records to other lanes. Not meant to withstand
/// chosen keys.
/// </summary>
internal static class CanonicalKeyHash
{
    // Odd 64-bit constants with bits evenly mixed: fractions of the golden ratio, √2 and √3.
    private const ulong Golden = 0x9E37_79B9_7F4A_7C15;
    private const ulong Root2 = 0x6A09_E667_F3BC_C909;
    private const ulong Root3 = 0xBB67_AE85_84CA_A73B;
    private const ulong NullMark = 0xD1B5_4A32_D192_ED03;

    // A run of neighbours is 2¹⁰ values; the dealing leaves so many bits out of account.
    private const int RunBits = 10;
    private const int RegionBits = 8;

    /// <summary>The hash of a key with no column yet.</summary>
    public const ulong Empty = 0;

    /// <summary>Adds a NULL to a composite key.</summary>
    public static ulong AddNull(ulong hash) => Fold(hash ^ NullMark, Golden);

    /// <summary>Adds a column's value to a composite key; the order of columns counts.</summary>
    /// <param name="hash">The hash so far, at first <see cref="Empty"/>.</param>
    /// <param name="payload">The payload, without its length word.</param>
    /// <param name="equality">The type's equality; <see cref="KeyEquality.Coarser"/> has no canonical form and is an error.</param>
    public static ulong Add(ulong hash, ReadOnlySpan<byte> payload, KeyEquality equality) => equality switch
    {
        KeyEquality.Bytes or KeyEquality.Integer => AddBytes(hash, payload),
        KeyEquality.Numeric => AddNumeric(hash, payload),
        KeyEquality.Float => AddFloat(hash, payload),
        KeyEquality.Bpchar => AddBytes(hash, payload.TrimEnd((byte)' ')),
        _ => throw new ArgumentOutOfRangeException(nameof(equality), equality, "no canonical form"),
    };

    /// <summary>
    /// Adds an integer as the last column of a key, so that a run of 1,024 neighbours differs in the lowest ten bits only:
    /// neighbours mostly share index pages, and rows that came together share heap pages, which lanes should not fight
    /// for. 256 runs in a row differ in the next eight bits only, so that they are dealt evenly.
    /// </summary>
    /// <param name="hash">The hash of the columns before it.</param>
    /// <param name="payload">The payload, without its length word: 2, 4 or 8 bytes.</param>
    public static ulong AddRun(ulong hash, ReadOnlySpan<byte> payload)
    {
        var value = payload.Length switch
        {
            8 => BinaryPrimitives.ReadInt64BigEndian(payload),
            4 => BinaryPrimitives.ReadInt32BigEndian(payload),
            _ => BinaryPrimitives.ReadInt16BigEndian(payload),
        };
        var region = Fold((ulong)(value >> (RunBits + RegionBits)) ^ Root2 ^ hash, Golden) << RunBits;
        return region ^ ((ulong)value & ((1UL << (RunBits + RegionBits)) - 1));
    }

    private static ulong AddBytes(ulong hash, ReadOnlySpan<byte> bytes)
    {
        ulong a, b;
        hash = Fold(hash ^ Root2, (ulong)bytes.Length ^ Golden);
        while (bytes.Length > 16)
        {
            hash = Fold(Word(bytes) ^ Root2, Word(bytes[8..]) ^ Root3 ^ hash);
            bytes = bytes[16..];
        }

        if (bytes.Length >= 8)
        {
            // The two words overlap: every byte is read, and the length is in the hash already.
            a = Word(bytes);
            b = Word(bytes[(bytes.Length - 8)..]);
        }
        else
        {
            a = b = 0;
            foreach (var c in bytes) a = (a << 8) | c;
        }

        return Fold(a ^ Root2 ^ hash, b ^ Root3);
    }

    /// <summary>Leaves out the display scale and zero groups at either end, which do not change the value.</summary>
    private static ulong AddNumeric(ulong hash, ReadOnlySpan<byte> payload)
    {
        var groups = MemoryMarshal.Cast<byte, ushort>(payload[8..]);
        var weight = BinaryPrimitives.ReadInt16BigEndian(payload[2..]);
        var sign = BinaryPrimitives.ReadUInt16BigEndian(payload[4..]);
        while (groups.Length > 0 && groups[^1] == 0) groups = groups[..^1];
        while (groups.Length > 0 && groups[0] == 0)
        {
            groups = groups[1..];
            weight--;
        }

        // Zero has no weight and no sign; NaN and the infinities have no groups either, but their own sign words.
        if (groups.IsEmpty) weight = 0;
        if (groups.IsEmpty && sign == (ushort)NumericSign.Negative) sign = (ushort)NumericSign.Positive;
        hash = Fold(hash ^ ((ulong)(ushort)weight << 16) ^ sign, Golden);
        return AddBytes(hash, MemoryMarshal.AsBytes(groups));
    }

    private static ulong AddFloat(ulong hash, ReadOnlySpan<byte> payload)
    {
        var value = payload.Length == 4 ? BinaryPrimitives.ReadSingleBigEndian(payload) : BinaryPrimitives.ReadDoubleBigEndian(payload);
        if (value == 0) value = 0;
        if (double.IsNaN(value)) value = double.NaN;
        return Fold(hash ^ BitConverter.DoubleToUInt64Bits(value), Golden);
    }

    private static ulong Word(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt64LittleEndian(bytes);

    /// <summary>The two halves of the 128-bit product, folded: every bit of the input reaches every bit of the result.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Fold(ulong a, ulong b)
    {
        var high = Math.BigMul(a, b, out var low);
        return high ^ low;
    }
}
