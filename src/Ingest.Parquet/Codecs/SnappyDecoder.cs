using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Ingest.Parquet.Codecs;

/// <summary>Why a <see cref="SnappyDecoder"/> stopped.</summary>
internal enum SnappyStop
{
    /// <summary>The input is used up, after a whole element.</summary>
    End,

    /// <summary>The next element goes on behind the input.</summary>
    Input,

    /// <summary>The next element does not fit the output.</summary>
    Room,

    /// <summary>The next element copies from before the output.</summary>
    History,
}

/// <summary>
/// The elements of Snappy's raw format (google/snappy, format_description.txt): literals and copies. It can stop at any
/// end of its input or output, and go on with more of either.
/// </summary>
internal struct SnappyDecoder
{
    // How far a short copy may write past its end; both sides must have the room.
    private const int Slack = 16;

    // What is left of a literal that was cut by an end.
    private nint literalLeft;

    /// <summary>Decodes elements until an end.</summary>
    /// <param name="source">The input.</param>
    /// <param name="ip">The place in it, which moves on by what was used.</param>
    /// <param name="destination">The output; what is before <paramref name="op"/> may be copied from.</param>
    /// <param name="op">The place in it, which moves on by what was written; behind it anything may be overwritten.</param>
    /// <remarks>
    /// References without bounds checks: each element is checked once, against both ends, before it is copied.
    /// </remarks>
    public SnappyStop Run(ReadOnlySpan<byte> source, ref int ip, Span<byte> destination, ref int op)
    {
        nint from = ip, to = op;
        var stop = Run(source, ref from, destination, ref to);
        (ip, op) = ((int)from, (int)to);
        return stop;
    }

    private SnappyStop Run(ReadOnlySpan<byte> source, ref nint from, Span<byte> destination, ref nint to)
    {
        if (literalLeft > 0 && CopyLiteral(source, ref from, destination, ref to) is var cut and not SnappyStop.End) return cut;
        ref var src = ref MemoryMarshal.GetReference(source);
        ref var dst = ref MemoryMarshal.GetReference(destination);
        nint ip = from, op = to, ipEnd = source.Length, opEnd = destination.Length;
        var stop = SnappyStop.End;
        while (ip < ipEnd)
        {
            nint tag = Unsafe.Add(ref src, ip);
            nint length, offset, size;
            if ((tag & 3) == 0)
            {
                length = (tag >> 2) + 1;
                if (length <= Slack && ipEnd - ip > Slack && opEnd - op >= Slack)
                {
                    Copy16(ref Unsafe.Add(ref src, ip + 1), ref Unsafe.Add(ref dst, op));
                    ip += length + 1;
                    op += length;
                    continue;
                }
                size = length > 60 ? length - 60 : 0;
                if (ipEnd - ip <= size)
                {
                    stop = SnappyStop.Input;
                    break;
                }
                if (size > 0) length = LongLength(source.Slice((int)ip + 1, (int)size));
                ip += size + 1;
                literalLeft = length;
                stop = CopyLiteral(source, ref ip, destination, ref op);
                if (stop != SnappyStop.End) break;
                continue;
            }
            size = (tag & 3) == 3 ? 4 : tag & 3;
            if (ipEnd - ip <= size)
            {
                stop = SnappyStop.Input;
                break;
            }
            if (size == 1)
            {
                length = ((tag >> 2) & 7) + 4;
                offset = ((tag & 0xE0) << 3) | Unsafe.Add(ref src, ip + 1);
            }
            else
            {
                length = (tag >> 2) + 1;
                offset = size == 2
                    ? BinaryPrimitives.ReadUInt16LittleEndian(source.Slice((int)ip + 1, 2))
                    : (nint)BinaryPrimitives.ReadUInt32LittleEndian(source.Slice((int)ip + 1, 4));
            }
            if (offset == 0 || offset > op)
            {
                stop = SnappyStop.History;
                break;
            }
            if (length > opEnd - op)
            {
                stop = SnappyStop.Room;
                break;
            }
            MatchCopy.Copy(ref dst, op, offset, length, opEnd);
            ip += size + 1;
            op += length;
        }
        (from, to) = (ip, op);
        return stop;
    }

    private SnappyStop CopyLiteral(ReadOnlySpan<byte> source, ref nint ip, Span<byte> destination, ref nint op)
    {
        var count = Math.Min(literalLeft, Math.Min(source.Length - ip, destination.Length - op));
        source.Slice((int)ip, (int)count).CopyTo(destination[(int)op..]);
        ip += count;
        op += count;
        literalLeft -= count;
        if (literalLeft == 0) return SnappyStop.End;
        return op == destination.Length ? SnappyStop.Room : SnappyStop.Input;
    }

    private static nint LongLength(ReadOnlySpan<byte> bytes)
    {
        var length = 0u;
        for (var i = 0; i < bytes.Length; i++) length |= (uint)bytes[i] << (8 * i);
        return (nint)length + 1;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Copy16(ref byte from, ref byte to) => Vector128.LoadUnsafe(ref from).StoreUnsafe(ref to);
}
