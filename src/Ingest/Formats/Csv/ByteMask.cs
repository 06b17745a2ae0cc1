using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Ingest.Formats.Csv;

/// <summary>64 bytes of text, of which bit masks tell where a character stands: the first byte's bit is the lowest.</summary>
internal readonly struct ByteMask
{
    private readonly Vector256<byte> low;
    private readonly Vector256<byte> high;

    /// <summary>Reads the 64 bytes at <paramref name="at"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ByteMask(ref byte text, int at)
    {
        low = Vector256.LoadUnsafe(ref text, (nuint)at);
        high = Vector256.LoadUnsafe(ref text, (nuint)at + 32);
    }

    /// <summary>Where the bytes are those of <paramref name="sought"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Of(Vector256<byte> sought) =>
        Vector256.Equals(low, sought).ExtractMostSignificantBits() | ((ulong)Vector256.Equals(high, sought).ExtractMostSignificantBits() << 32);
}
