using System.Buffers.Text;

namespace Ingest.Benchmarks.Data;

/// <summary>Writes the fields of one CSV record into a buffer that has room for them.</summary>
/// <param name="target">Where the record goes.</param>
internal ref struct FieldWriter(Span<byte> target)
{
    private readonly Span<byte> target = target;

    /// <summary>The bytes written.</summary>
    public int Length { get; private set; }

    /// <summary>Ends a field.</summary>
    public void Separator() => target[Length++] = (byte)',';

    /// <summary>Ends the record.</summary>
    public void EndRecord() => target[Length++] = (byte)'\n';

    public void Text(ReadOnlySpan<byte> text)
    {
        text.CopyTo(target[Length..]);
        Length += text.Length;
    }

    public void Number(long value)
    {
        Utf8Formatter.TryFormat(value, target[Length..], out var written);
        Length += written;
    }

    /// <summary>So many decimal digits, with zeros in front.</summary>
    public void Digits(ulong value, int count)
    {
        for (var i = Length + count - 1; i >= Length; i--, value /= 10) target[i] = (byte)('0' + value % 10);
        Length += count;
    }

    /// <summary>A number of so many units of 10⁻ˢᶜᵃˡᵉ.</summary>
    public void Decimal(long units, int scale)
    {
        var power = 1L;
        for (var i = 0; i < scale; i++) power *= 10;
        if (units < 0) Text("-"u8);
        Number(Math.Abs(units / power));
        Text("."u8);
        Digits((ulong)Math.Abs(units % power), scale);
    }

    /// <summary>So many hexadecimal digits, the lowest last.</summary>
    public void Hexadecimal(ulong value, int count)
    {
        for (var i = Length + count - 1; i >= Length; i--, value >>= 4) target[i] = "0123456789abcdef"u8[(int)(value & 15)];
        Length += count;
    }

    /// <summary>A day of the ten years from 2015.</summary>
    public void Date(ulong day)
    {
        var date = new DateOnly(2015, 1, 1).AddDays((int)day);
        Digits((ulong)date.Year, 4);
        Text("-"u8);
        Digits((ulong)date.Month, 2);
        Text("-"u8);
        Digits((ulong)date.Day, 2);
    }

    public void Time(ulong second)
    {
        Digits(second / 3600, 2);
        Text(":"u8);
        Digits(second / 60 % 60, 2);
        Text(":"u8);
        Digits(second % 60, 2);
    }
}
