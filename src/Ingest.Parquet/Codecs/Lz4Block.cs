using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Ingest.Parquet.Codecs;

/// <summary>A plain LZ4 block (lz4_Block_format.md): tokens of literals and matches with offsets up to 65,535.</summary>
internal static class Lz4Block
{
    /// <summary>The largest ratio: a match length grows by 255 with each further byte.</summary>
    public const int MaxRatio = 256;

    private const int MinMatch = 4;

    /// <summary>Decodes a whole block.</summary>
    /// <returns>The number of bytes written, or −1 when the block is corrupt or does not fit.</returns>
    public static int TryDecode(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        ref var src = ref MemoryMarshal.GetReference(source);
        ref var dst = ref MemoryMarshal.GetReference(destination);
        nint ip = 0, op = 0, ipEnd = source.Length, opEnd = destination.Length;
        while (ip < ipEnd)
        {
            nint token = Unsafe.Add(ref src, ip++);
            var literals = token >> 4;
            if (literals == 15 && !Extend(source, ref ip, ref literals)) return -1;
            if (literals > ipEnd - ip || literals > opEnd - op) return -1;
            if (literals <= 16 && ipEnd - ip >= 16 && opEnd - op >= 16)
                Vector128.LoadUnsafe(ref Unsafe.Add(ref src, ip)).StoreUnsafe(ref Unsafe.Add(ref dst, op));
            else
                source.Slice((int)ip, (int)literals).CopyTo(destination[(int)op..]);
            ip += literals;
            op += literals;
            // The last sequence has literals only.
            if (ip == ipEnd) return (int)op;

            if (ipEnd - ip < 2) return -1;
            var offset = (nint)(Unsafe.Add(ref src, ip) | (Unsafe.Add(ref src, ip + 1) << 8));
            ip += 2;
            var length = token & 15;
            if (length == 15 && !Extend(source, ref ip, ref length)) return -1;
            length += MinMatch;
            if (offset == 0 || offset > op || length > opEnd - op) return -1;
            MatchCopy.Copy(ref dst, op, offset, length, opEnd);
            op += length;
        }
        return op == 0 && ipEnd == 0 ? 0 : -1;
    }

    private static bool Extend(ReadOnlySpan<byte> source, ref nint ip, ref nint length)
    {
        byte next;
        do
        {
            if (ip >= source.Length) return false;
            next = source[(int)ip++];
            length += next;
        }
        while (next == 255);
        return true;
    }
}
