using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Ingest.Convert;

/// <summary>
/// A growing, pooled byte buffer that binary COPY rows are appended to. Plain fields and no interface: every field of
/// every row goes through it (guarded by the ConvertBenchmarks).
/// </summary>
internal sealed class RowBuffer : IDisposable
{
    /// <summary>Larger arrays are made for the occasion: the shared pool would keep one for each thread.</summary>
    private const int MostPooled = 1 << 20;

    private byte[] array;

    /// <summary>Rents a buffer of at least <paramref name="capacity"/> bytes.</summary>
    public RowBuffer(int capacity) => array = ArrayPool<byte>.Shared.Rent(capacity);

    /// <summary>The number of bytes written; set it back to an earlier value to undo what was written since.</summary>
    public int Length { get; set; }

    /// <summary>The bytes written so far.</summary>
    public ReadOnlySpan<byte> Written => array.AsSpan(0, Length);

    /// <summary>Room for at least <paramref name="size"/> bytes at the end; call <see cref="Advance"/> with what was used.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<byte> Reserve(int size)
    {
        if (array.Length - Length < size) Grow(size);
        return array.AsSpan(Length);
    }

    /// <summary>Takes <paramref name="size"/> bytes of the reserved room as written.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Advance(int size) => Length += size;

    /// <summary>Appends COPY's NULL: a field length of −1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void WriteNull()
    {
        Unsafe.WriteUnaligned(ref Reserve(4)[0], -1);
        Length += 4;
    }

    /// <summary>Appends a field of one byte, 1 or 0: without a branch, which would be guessed wrong every other time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void WriteBool(bool value)
    {
        var room = Reserve(5);
        BinaryPrimitives.WriteInt32BigEndian(room, 1);
        room[4] = Unsafe.BitCast<bool, byte>(value);
        Length += 5;
    }

    /// <summary>Appends a field of two bytes: its length word and the value, big-endian.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void WriteInt16(short value)
    {
        var room = Reserve(6);
        BinaryPrimitives.WriteInt32BigEndian(room, 2);
        BinaryPrimitives.WriteInt16BigEndian(room[4..], value);
        Length += 6;
    }

    /// <summary>Appends a field of four bytes: its length word and the value, big-endian.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void WriteInt32(int value)
    {
        BinaryPrimitives.WriteUInt64BigEndian(Reserve(8), (4UL << 32) | (uint)value);
        Length += 8;
    }

    /// <summary>Appends a field of eight bytes: its length word and the value, big-endian.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void WriteInt64(long value)
    {
        var room = Reserve(12);
        BinaryPrimitives.WriteInt32BigEndian(room, 8);
        BinaryPrimitives.WriteInt64BigEndian(room[4..], value);
        Length += 12;
    }

    /// <summary>Appends a length word and the bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void WriteBytes(ReadOnlySpan<byte> bytes)
    {
        var room = Reserve(bytes.Length + 4);
        BinaryPrimitives.WriteInt32BigEndian(room, bytes.Length);
        bytes.CopyTo(room[4..]);
        Length += bytes.Length + 4;
    }

    /// <summary>Leaves room for a field's length word; give the result to <see cref="EndField"/>.</summary>
    public int BeginField()
    {
        Reserve(4);
        Length += 4;
        return Length;
    }

    /// <summary>Fills in the length word of the field whose payload began at <paramref name="start"/>.</summary>
    public void EndField(int start) =>
        BinaryPrimitives.WriteInt32BigEndian(array.AsSpan(start - 4), Length - start);

    /// <summary>Empties the buffer, and lets go of what one huge row made it grow to.</summary>
    public void Shrink()
    {
        if (array.Length > MostPooled) Dispose();
    }

    /// <summary>Gives the array back to the pool.</summary>
    public void Dispose()
    {
        var returned = array;
        array = [];
        Length = 0;
        Return(returned);
    }

    private static void Return(byte[] returned)
    {
        if (returned.Length is > 0 and <= MostPooled) ArrayPool<byte>.Shared.Return(returned);
    }

    private void Grow(int size)
    {
        var wanted = (int)Math.Min(Math.Max((long)array.Length * 2, (long)Length + size), Array.MaxLength);
        var larger = wanted > MostPooled ? GC.AllocateUninitializedArray<byte>(wanted) : ArrayPool<byte>.Shared.Rent(wanted);
        array.AsSpan(0, Length).CopyTo(larger);
        Return(array);
        array = larger;
    }
}
