using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Ingest.Parquet.Encodings;

/// <summary>
/// Unpacks little-endian bit-packed integers (Encodings.md, "Run Length Encoding / Bit-Packing Hybrid"). All methods
/// read up to 16 bytes past the packed values; the callers' buffers have that room.
/// </summary>
internal static class BitUnpacker
{
    // The widest value whose four bytes hold it at any of the 8 bit offsets.
    private const int WidestVector = 25;

    // For each width: which bytes of a 16-byte load hold each of 4 values, and how far to shift them; two halves.
    private static readonly Vector256<byte>[] Shuffles = new Vector256<byte>[WidestVector + 1];
    private static readonly Vector256<uint>[] Shifts = new Vector256<uint>[WidestVector + 1];

    static BitUnpacker()
    {
        Span<byte> bytes = stackalloc byte[32];
        Span<uint> shifts = stackalloc uint[8];
        for (var width = 1; width <= WidestVector; width++)
        {
            for (var i = 0; i < 8; i++)
            {
                // The upper half is loaded from the byte that value 4 begins in.
                var bit = i < 4 ? i * width : (i * width) - ((4 * width) & ~7);
                for (var b = 0; b < 4; b++) bytes[(i * 4) + b] = (byte)((bit >> 3) + b);
                shifts[i] = (uint)(bit & 7);
            }
            Shuffles[width] = Vector256.Create<byte>(bytes);
            Shifts[width] = Vector256.Create<uint>(shifts);
        }
    }

    /// <summary>
    /// Unpacks <paramref name="destination"/>.Length values of <paramref name="width"/> bits (0 to 32) from the value
    /// number <paramref name="first"/> on.
    /// </summary>
    public static void Unpack(byte[] array, int start, long first, int width, Span<int> destination)
    {
        if (width == 0)
        {
            destination.Clear();
            return;
        }
        ref var source = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(array), start);
        ref var target = ref MemoryMarshal.GetReference(destination);
        var i = 0;
        while (i < destination.Length && ((first + i) & 7) != 0)
        {
            Unsafe.Add(ref target, i) = (int)Extract(ref source, first + i, width);
            i++;
        }
        if (Avx2.IsSupported && width <= WidestVector)
        {
            var shuffle = Shuffles[width];
            var shifts = Shifts[width];
            var mask = Vector256.Create((1u << width) - 1);
            ref var group = ref Unsafe.Add(ref source, (nint)((first + i) >> 3) * width);
            nint upper = (4 * width) >> 3;
            for (; i <= destination.Length - 8; i += 8)
            {
                var packed = Vector256.Create(Vector128.LoadUnsafe(ref group), Vector128.LoadUnsafe(ref Unsafe.Add(ref group, upper)));
                var values = Avx2.ShiftRightLogicalVariable(Avx2.Shuffle(packed, shuffle).AsUInt32(), shifts) & mask;
                values.AsInt32().StoreUnsafe(ref Unsafe.Add(ref target, i));
                group = ref Unsafe.Add(ref group, width);
            }
        }
        for (; i < destination.Length; i++) Unsafe.Add(ref target, i) = (int)Extract(ref source, first + i, width);
    }

    /// <summary>The same for values of at most 8 bits into bytes.</summary>
    public static void Unpack(byte[] array, int start, long first, int width, Span<byte> destination)
    {
        if (width == 0)
        {
            destination.Clear();
            return;
        }
        ref var source = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(array), start);
        ref var target = ref MemoryMarshal.GetReference(destination);
        var i = 0;
        while (i < destination.Length && ((first + i) & 7) != 0)
        {
            Unsafe.Add(ref target, i) = (byte)Extract(ref source, first + i, width);
            i++;
        }
        if (Bmi2.X64.IsSupported)
        {
            var mask = 0x0101010101010101UL * ((1u << width) - 1);
            ref var group = ref Unsafe.Add(ref source, (nint)((first + i) >> 3) * width);
            for (; i <= destination.Length - 8; i += 8)
            {
                // Eight values of at most 8 bits are at most 64 bits.
                var values = Bmi2.X64.ParallelBitDeposit(Unsafe.ReadUnaligned<ulong>(ref group), mask);
                Unsafe.WriteUnaligned(ref Unsafe.Add(ref target, i), values);
                group = ref Unsafe.Add(ref group, width);
            }
        }
        for (; i < destination.Length; i++) Unsafe.Add(ref target, i) = (byte)Extract(ref source, first + i, width);
    }

    /// <summary>Unpacks values of up to 64 bits, which delta encoding has.</summary>
    public static void Unpack(byte[] array, int start, int width, Span<ulong> destination)
    {
        if (width == 0)
        {
            destination.Clear();
            return;
        }
        ref var source = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(array), start);
        var mask = ulong.MaxValue >> (64 - width);
        for (var i = 0; i < destination.Length; i++)
        {
            var bit = (long)i * width;
            ref var at = ref Unsafe.Add(ref source, (nint)(bit >> 3));
            var shift = (int)(bit & 7);
            var value = Unsafe.ReadUnaligned<ulong>(ref at) >> shift;
            // With more than 57 bits a value can reach into a ninth byte.
            if (width + shift > 64) value |= (ulong)Unsafe.Add(ref at, 8) << (64 - shift);
            destination[i] = value & mask;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Extract(ref byte source, long index, int width)
    {
        var bit = index * width;
        var word = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref source, (nint)(bit >> 3)));
        return (uint)((word >> (int)(bit & 7)) & (ulong.MaxValue >> (64 - width)));
    }
}
