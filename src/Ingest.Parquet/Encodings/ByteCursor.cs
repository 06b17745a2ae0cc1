using System.Buffers.Binary;

namespace Ingest.Parquet.Encodings;

/// <summary>
/// A range of an array that has at least <see cref="Vectors.PageBuffer.Slack"/> bytes behind it. The decoders keep
/// their place in it between slices.
/// </summary>
internal struct ByteCursor(byte[] array, int position, int end)
{
    public readonly byte[] Array = array;

    public int Position = position;

    public readonly int End = end;

    public readonly int Remaining => End - Position;

    /// <summary>Reads an unsigned LEB128 number of at most 64 bits.</summary>
    public ulong ReadVarint(string inside)
    {
        var value = 0UL;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var next = ReadByte(inside);
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80) return value;
        }
        throw ParquetErrors.Corrupt($"a number of more than 64 bits in {inside}");
    }

    public long ReadZigZag(string inside)
    {
        var value = ReadVarint(inside);
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    public byte ReadByte(string inside)
    {
        if (Position >= End) throw ParquetErrors.Ends(inside);
        return Array[Position++];
    }

    /// <summary>Takes the next <paramref name="count"/> bytes.</summary>
    public ReadOnlySpan<byte> Take(int count, string inside)
    {
        if (count < 0 || count > Remaining) throw ParquetErrors.Ends(inside);
        var span = Array.AsSpan(Position, count);
        Position += count;
        return span;
    }

    /// <summary>Takes a 32-bit length and a cursor over that many bytes.</summary>
    public ByteCursor TakePrefixed(string inside)
    {
        if (Remaining < 4) throw ParquetErrors.Ends(inside);
        var length = BinaryPrimitives.ReadInt32LittleEndian(Array.AsSpan(Position));
        Position += 4;
        if (length < 0 || length > Remaining) throw ParquetErrors.Ends(inside);
        var part = new ByteCursor(Array, Position, Position + length);
        Position += length;
        return part;
    }
}
