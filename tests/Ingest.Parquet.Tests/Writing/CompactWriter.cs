using System.Text;

namespace Ingest.Parquet.Tests.Writing;

/// <summary>Writes Thrift's compact protocol, as much of it as footers and page headers need.</summary>
internal sealed class CompactWriter
{
    private readonly MemoryStream output = new();
    private readonly Stack<int> outer = new();
    private int last;

    public byte[] ToArray() => output.ToArray();

    public CompactWriter I32(int id, long value)
    {
        Head(id, 5);
        Varint(ZigZag(value));
        return this;
    }

    public CompactWriter I64(int id, long value)
    {
        Head(id, 6);
        Varint(ZigZag(value));
        return this;
    }

    public CompactWriter I8(int id, int value)
    {
        Head(id, 3);
        output.WriteByte((byte)value);
        return this;
    }

    public CompactWriter Bool(int id, bool value)
    {
        Head(id, value ? 1 : 2);
        return this;
    }

    public CompactWriter Text(int id, string value)
    {
        Head(id, 8);
        Element(value);
        return this;
    }

    public CompactWriter Begin(int id)
    {
        Head(id, 12);
        return BeginElement();
    }

    public CompactWriter End()
    {
        output.WriteByte(0);
        last = outer.Pop();
        return this;
    }

    public CompactWriter List(int id, int elementType, long count)
    {
        Head(id, 9);
        if (count < 15)
        {
            output.WriteByte((byte)((count << 4) | (byte)elementType));
        }
        else
        {
            output.WriteByte((byte)(0xF0 | elementType));
            Varint((ulong)count);
        }
        return this;
    }

    public CompactWriter BeginElement()
    {
        outer.Push(last);
        last = 0;
        return this;
    }

    public CompactWriter Element(string value)
    {
        var bytes = Encoding.UTF8.GetBytes(value);
        Varint((ulong)bytes.Length);
        output.Write(bytes);
        return this;
    }

    public CompactWriter Element(int value)
    {
        Varint(ZigZag(value));
        return this;
    }

    public CompactWriter Stop()
    {
        output.WriteByte(0);
        return this;
    }

    private static ulong ZigZag(long value) => (ulong)((value << 1) ^ (value >> 63));

    private void Head(int id, int type)
    {
        if (id > last && id - last < 16)
        {
            output.WriteByte((byte)(((id - last) << 4) | type));
        }
        else
        {
            output.WriteByte((byte)type);
            Varint(ZigZag(id));
        }
        last = id;
    }

    private void Varint(ulong value)
    {
        for (; value >= 0x80; value >>= 7) output.WriteByte((byte)(value | 0x80));
        output.WriteByte((byte)value);
    }
}
