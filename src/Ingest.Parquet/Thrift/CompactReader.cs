using System.Text;

namespace Ingest.Parquet.Thrift;

/// <summary>
/// Reads Thrift's compact protocol from a span (thrift-compact-protocol.md). Nothing is allocated for a length or a
/// count that the remaining bytes cannot hold, and unknown fields are skipped down to a fixed depth.
/// </summary>
internal ref struct CompactReader(ReadOnlySpan<byte> data)
{
    private const int MaxSkipDepth = 32;

    private readonly ReadOnlySpan<byte> data = data;

    /// <summary>The number of bytes read.</summary>
    public int Position { get; private set; }

    private readonly int Remaining => data.Length - Position;

    /// <summary>
    /// Reads a struct's next field header. <paramref name="id"/> is 0 before the first field and carries on between calls.
    /// Fields come by ascending id, as every writer has them: one that came twice could undo what was checked of the first.
    /// </summary>
    /// <returns>The type of the field, or <see cref="CompactType.Stop"/> at the struct's end.</returns>
    public CompactType ReadField(ref int id)
    {
        var head = ReadByte();
        var type = (CompactType)(head & 15);
        if (type == CompactType.Stop) return CompactType.Stop;
        if (type > CompactType.Uuid) throw ParquetErrors.Corrupt($"the metadata has an unknown Thrift type {(int)type}");
        var delta = head >> 4;
        var next = delta != 0 ? id + delta : ZigZag(ReadVarint());
        if (next <= id || next > short.MaxValue) throw ParquetErrors.Corrupt($"the metadata has the field {next} after the field {id} of a struct");
        id = (int)next;
        return type;
    }

    public static bool ReadBool(CompactType type) => type switch
    {
        CompactType.True => true,
        CompactType.False => false,
        _ => throw Unexpected(type, CompactType.True),
    };

    public sbyte ReadI8(CompactType type)
    {
        Expect(type, CompactType.Byte);
        return (sbyte)ReadByte();
    }

    public int ReadI32(CompactType type)
    {
        if (type is not (CompactType.I32 or CompactType.I16)) throw Unexpected(type, CompactType.I32);
        var value = ZigZag(ReadVarint());
        if (value is < int.MinValue or > int.MaxValue) throw ParquetErrors.Corrupt("the metadata has a 32-bit number out of range");
        return (int)value;
    }

    public long ReadI64(CompactType type)
    {
        Expect(type, CompactType.I64);
        return ZigZag(ReadVarint());
    }

    /// <summary>Reads a length and that many bytes; the span is a part of the input.</summary>
    public ReadOnlySpan<byte> ReadBinary(CompactType type)
    {
        Expect(type, CompactType.Binary);
        var length = ReadVarint();
        if (length > (ulong)Remaining) throw ParquetErrors.Ends("the metadata");
        var bytes = data.Slice(Position, (int)length);
        Position += (int)length;
        return bytes;
    }

    public string ReadString(CompactType type) => Encoding.UTF8.GetString(ReadBinary(type));

    /// <summary>Reads a list's head. Every element takes at least one byte, so the count is bounded by the input.</summary>
    public int ReadList(CompactType type, out CompactType element)
    {
        if (type is not (CompactType.List or CompactType.Set)) throw Unexpected(type, CompactType.List);
        var head = ReadByte();
        element = (CompactType)(head & 15);
        var count = (ulong)(head >> 4);
        if (count == 15) count = ReadVarint();
        if (count > (ulong)Remaining) throw ParquetErrors.Ends("a list of the metadata");
        return (int)count;
    }

    /// <summary>Checks that a field or a list's element is a struct; its fields follow.</summary>
    public static void ExpectStruct(CompactType type) => Expect(type, CompactType.Struct);

    public void Skip(CompactType type) => Skip(type, 0);

    private void Skip(CompactType type, int depth)
    {
        if (depth > MaxSkipDepth) throw ParquetErrors.Corrupt("the metadata is nested too deeply");
        switch (type)
        {
            case CompactType.True or CompactType.False:
                break;
            case CompactType.Byte:
                ReadByte();
                break;
            case CompactType.I16 or CompactType.I32 or CompactType.I64:
                ReadVarint();
                break;
            case CompactType.Double:
                Advance(8);
                break;
            case CompactType.Uuid:
                Advance(16);
                break;
            case CompactType.Binary:
                ReadBinary(type);
                break;
            case CompactType.List or CompactType.Set:
                var count = ReadList(type, out var element);
                for (var i = 0; i < count; i++) SkipElement(element, depth + 1);
                break;
            case CompactType.Map:
                SkipMap(depth + 1);
                break;
            case CompactType.Struct:
                var id = 0;
                while (ReadField(ref id) is var field and not CompactType.Stop) Skip(field, depth + 1);
                break;
            default:
                throw ParquetErrors.Corrupt($"the metadata has an unknown Thrift type {(int)type}");
        }
    }

    private void SkipMap(int depth)
    {
        var count = ReadVarint();
        if (count == 0) return;
        if (count > (ulong)Remaining) throw ParquetErrors.Ends("a map of the metadata");
        var types = ReadByte();
        for (var i = 0UL; i < count; i++)
        {
            SkipElement((CompactType)(types >> 4), depth);
            SkipElement((CompactType)(types & 15), depth);
        }
    }

    // Inside a list or map a boolean takes a byte of its own; as a field it is a part of the header.
    private void SkipElement(CompactType type, int depth)
    {
        if (type is CompactType.True or CompactType.False) ReadByte();
        else Skip(type, depth);
    }

    private ulong ReadVarint()
    {
        var value = 0UL;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var next = ReadByte();
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80) return value;
        }
        throw ParquetErrors.Corrupt("the metadata has a number of more than 64 bits");
    }

    private byte ReadByte()
    {
        if (Position >= data.Length) throw ParquetErrors.Ends("the metadata");
        return data[Position++];
    }

    private void Advance(int count)
    {
        if (count > Remaining) throw ParquetErrors.Ends("the metadata");
        Position += count;
    }

    private static long ZigZag(ulong value) => (long)(value >> 1) ^ -(long)(value & 1);

    private static void Expect(CompactType type, CompactType expected)
    {
        if (type != expected) throw Unexpected(type, expected);
    }

    private static ParquetException Unexpected(CompactType type, CompactType expected) =>
        ParquetErrors.Corrupt($"the metadata has a {type} where a {expected} belongs");
}
