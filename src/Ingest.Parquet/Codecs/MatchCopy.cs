using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Ingest.Parquet.Codecs;

/// <summary>The copy of earlier output that Snappy and LZ4 share: source and destination may overlap.</summary>
internal static class MatchCopy
{
    /// <summary>
    /// Copies <paramref name="length"/> bytes from <paramref name="offset"/> bytes before <paramref name="position"/>.
    /// The caller has checked that <c>0 &lt; offset ≤ position</c> and <c>position + length ≤ end</c>; bytes between
    /// the copy's end and <paramref name="end"/> may be overwritten, because later elements write them.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Copy(ref byte buffer, nint position, nint offset, nint length, nint end)
    {
        ref var to = ref Unsafe.Add(ref buffer, position);
        ref var from = ref Unsafe.Add(ref buffer, position - offset);
        if (offset >= 16 && end - position >= length + 15)
        {
            // Whole vectors: with a distance of 16 or more, no load sees a byte of its own store.
            nint done = 0;
            do
            {
                Vector128.LoadUnsafe(ref Unsafe.Add(ref from, done)).StoreUnsafe(ref Unsafe.Add(ref to, done));
                done += 16;
            }
            while (done < length);
            return;
        }
        if (offset >= 8 && end - position >= length + 7)
        {
            nint done = 0;
            do
            {
                Unsafe.WriteUnaligned(ref Unsafe.Add(ref to, done), Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref from, done)));
                done += 8;
            }
            while (done < length);
            return;
        }
        CopySlowly(ref from, ref to, offset, length);
    }

    private static void CopySlowly(ref byte from, ref byte to, nint offset, nint length)
    {
        if (offset == 1)
        {
            MemoryMarshal.CreateSpan(ref to, (int)length).Fill(from);
            return;
        }
        // Each pass doubles the pattern that is already there, so that a short period costs few copies.
        while (length > offset)
        {
            MemoryMarshal.CreateSpan(ref from, (int)offset).CopyTo(MemoryMarshal.CreateSpan(ref to, (int)offset));
            to = ref Unsafe.Add(ref to, offset);
            length -= offset;
            offset *= 2;
        }
        MemoryMarshal.CreateSpan(ref from, (int)length).CopyTo(MemoryMarshal.CreateSpan(ref to, (int)length));
    }
}
