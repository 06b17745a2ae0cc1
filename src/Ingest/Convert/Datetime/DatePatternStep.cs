using System.Text;

namespace Ingest.Convert;

/// <summary>One step of a date pattern.</summary>
/// <param name="Field">What it reads.</param>
/// <param name="MinDigits">The least number of digits; 0 for an optional fraction.</param>
/// <param name="MaxDigits">The greatest number of digits, or of the letters of AM and PM; 0 for names of months.</param>
/// <param name="Literal">The bytes of a literal.</param>
internal sealed record DatePatternStep(DatePatternField Field, int MinDigits, int MaxDigits, byte[] Literal)
{
    /// <summary>The number of fields that have a value.</summary>
    public const int FieldCount = (int)DatePatternField.Meridiem + 1;

    private static readonly byte[][] Months =
    [
        "January"u8.ToArray(), "February"u8.ToArray(), "March"u8.ToArray(), "April"u8.ToArray(), "May"u8.ToArray(), "June"u8.ToArray(),
        "July"u8.ToArray(), "August"u8.ToArray(), "September"u8.ToArray(), "October"u8.ToArray(), "November"u8.ToArray(), "December"u8.ToArray(),
    ];

    /// <summary>Reads this step's part off the front of <paramref name="text"/>.</summary>
    public bool TryRead(ref ReadOnlySpan<byte> text, scoped Span<int> values, ref DatetimeFields fields) => Field switch
    {
        DatePatternField.Literal => TryReadLiteral(ref text),
        DatePatternField.Zone => TryReadZone(ref text, ref fields),
        DatePatternField.Meridiem => TryReadMeridiem(ref text, values),
        DatePatternField.Micros => TryReadFraction(ref text, values),
        DatePatternField.Month when MaxDigits == 0 => TryReadMonthName(ref text, values),
        _ => TryReadNumber(ref text, values),
    };

    private static int CountDigits(ReadOnlySpan<byte> text, int max)
    {
        var count = 0;
        while (count < text.Length && count < max && (uint)(text[count] - '0') <= 9) count++;
        return count;
    }

    private bool TryReadNumber(ref ReadOnlySpan<byte> text, scoped Span<int> values)
    {
        var digits = CountDigits(text, MaxDigits);
        if (digits < MinDigits) return false;
        var value = 0;
        foreach (var c in text[..digits]) value = value * 10 + (c - '0');
        if (Field == DatePatternField.Year && MaxDigits == 2) value += value < 70 ? 2000 : 1900;
        values[(int)Field] = value;
        text = text[digits..];
        return true;
    }

    private bool TryReadFraction(ref ReadOnlySpan<byte> text, scoped Span<int> values)
    {
        var digits = CountDigits(text, MaxDigits);
        if (digits < MinDigits) return false;
        values[(int)Field] = FractionalDigits.ToMicros(text[..digits]);
        text = text[digits..];
        return true;
    }

    private bool TryReadLiteral(ref ReadOnlySpan<byte> text)
    {
        // The point before an optional fraction is optional with it.
        if (!text.StartsWith(Literal)) return MinDigits == 0 && text.IsEmpty;
        text = text[Literal.Length..];
        return true;
    }

    private bool TryReadMonthName(ref ReadOnlySpan<byte> text, scoped Span<int> values)
    {
        for (var month = 0; month < Months.Length; month++)
        {
            var name = Months[month].AsSpan();
            if (MinDigits > 0) name = name[..MinDigits];
            if (text.Length < name.Length || !Ascii.EqualsIgnoreCase(text[..name.Length], name)) continue;
            values[(int)Field] = month + 1;
            text = text[name.Length..];
            return true;
        }

        return false;
    }

    /// <summary>AM and PM, or their first letters.</summary>
    private bool TryReadMeridiem(ref ReadOnlySpan<byte> text, scoped Span<int> values)
    {
        if (text.Length < MaxDigits || (text[0] | 0x20) is not ('a' or 'p')) return false;
        if (MaxDigits == 2 && (text[1] | 0x20) != 'm') return false;
        values[(int)DatePatternField.Meridiem] = (text[0] | 0x20) == 'p' ? 12 : 0;
        text = text[MaxDigits..];
        return true;
    }

    private static bool TryReadZone(ref ReadOnlySpan<byte> text, ref DatetimeFields fields)
    {
        if (text.IsEmpty) return false;
        fields.HasZone = true;
        if (text[0] == 'Z')
        {
            text = text[1..];
            return true;
        }

        if (text[0] is not ((byte)'+' or (byte)'-')) return false;
        if (ZoneOffset.Read(text, out var seconds, out var used) != ConversionFailure.None) return false;
        fields.OffsetSeconds = seconds;
        text = text[used..];
        return true;
    }
}
