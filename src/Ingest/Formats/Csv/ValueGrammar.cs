using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Ingest.Convert;

namespace Ingest.Formats.Csv;

/// <summary>Tells which kinds of value a text can be, and narrows a column's shape to them.</summary>
internal sealed class ValueGrammar
{
    // A double keeps 15 decimal digits of any number, and 17 identify it (IEEE 754): programs write up to 17.
    private const int DoubleDigits = 17;

    private readonly byte decimalPoint;
    private readonly byte group;
    private readonly DatePatterns? datePatterns;

    /// <summary>Reads values as the options say that they are written.</summary>
    /// <exception cref="PlanException">The date formats cannot be read.</exception>
    public ValueGrammar(ConvertOptions options)
    {
        decimalPoint = options.DecimalComma ? (byte)',' : (byte)'.';
        group = options.DecimalComma ? (byte)'.' : (byte)0;
        datePatterns = DatePatterns.Of(options);
    }

    /// <summary>Excludes what the value is not.</summary>
    public void Narrow(ColumnShape shape, ReadOnlySpan<byte> value)
    {
        shape.Possible &= Kinds(shape, value);
    }

    private ValueKinds Kinds(ColumnShape shape, ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty) return ValueKinds.None;
        if (datePatterns?.Read(value, out var date) == ConversionFailure.None)
            return date.HasZone ? ValueKinds.TimestampTz : date.HasTime ? ValueKinds.Timestamp : ValueKinds.Date;
        switch (value[0])
        {
            case (byte)'{' or (byte)'[':
                return IsJson(value) ? ValueKinds.Json : ValueKinds.None;
            case (>= (byte)'0' and <= (byte)'9') or (byte)'-' or (byte)'.' or (byte)',':
                var kinds = Number(shape, value);
                if (kinds != ValueKinds.None) return kinds;
                kinds = IsoDatetime.Kind(value);
                if (kinds != ValueKinds.None) return kinds;
                break;
        }
        if (IsUuid(value)) return ValueKinds.Uuid;
        if (value.SequenceEqual("NaN"u8) || value.SequenceEqual("nan"u8)) return ValueKinds.Number | ValueKinds.Double;
        var word = BooleanWords.BitOf(value);
        shape.Words |= word;
        return word != 0 ? ValueKinds.Boolean : ValueKinds.None;
    }

    /// <summary>−?digits[.digits][e±digits], without leading zeros: those mark codes, not numbers.</summary>
    private ValueKinds Number(ColumnShape shape, ReadOnlySpan<byte> value)
    {
        var negative = value[0] == '-';
        var rest = negative ? value[1..] : value;
        var whole = IntegerPart(rest, out var grouped);
        if (whole < 0) return ValueKinds.None;
        var digits = whole;
        rest = rest[(whole + (grouped ? (whole - 1) / 3 : 0))..];
        var fraction = 0;
        if (!rest.IsEmpty && rest[0] == decimalPoint)
        {
            fraction = DigitRun(rest[1..]);
            rest = rest[(1 + fraction)..];
            digits += fraction;
            // "5." and "." are not how programs write numbers.
            if (fraction == 0) return ValueKinds.None;
        }
        if (digits == 0) return ValueKinds.None;
        var exponent = !rest.IsEmpty && rest[0] is (byte)'e' or (byte)'E';
        if (exponent && !Exponent(ref rest)) return ValueKinds.None;
        if (!rest.IsEmpty) return ValueKinds.None;

        shape.SawNumber = true;
        shape.SawExponent |= exponent;
        var kinds = ValueKinds.Number;
        if (IsDouble(value)) kinds |= ValueKinds.Double;
        if (fraction > 0 || exponent || grouped) return kinds;
        if (negative && whole == 1 && value[1] == '0') return kinds; // −0 is not an integer's text.
        if (!Utf8Parser.TryParse(value, out long integer, out var used) || used != value.Length) return kinds;
        shape.Largest = Math.Max(shape.Largest, integer < 0 ? (ulong)-(integer + 1) : (ulong)integer);
        return kinds | ValueKinds.Integer;
    }

    /// <summary>The digits before the decimal point; −1 for a leading zero or wrong groups.</summary>
    private int IntegerPart(ReadOnlySpan<byte> text, out bool grouped)
    {
        grouped = false;
        var run = DigitRun(text);
        if (run > 1 && text[0] == '0') return -1;
        if (group == 0 || run is 0 or > 3 || run >= text.Length || text[run] != group) return run;
        grouped = true;
        var digits = run;
        for (var rest = text[run..]; !rest.IsEmpty && rest[0] == group; rest = rest[4..])
        {
            if (DigitRun(rest[1..]) != 3) return -1;
            digits += 3;
        }
        return text[0] == '0' ? -1 : digits;
    }

    /// <summary>Whether the nearest double, written with as many digits, is that number again.</summary>
    private bool IsDouble(ReadOnlySpan<byte> value)
    {
        var text = Encoding.ASCII.GetString(value);
        if (group != 0) text = text.Replace(((char)group).ToString(), "", StringComparison.Ordinal);
        text = text.Replace((char)decimalPoint, '.');
        var digits = Significant(text);
        if (digits.Length is 0 or > DoubleDigits) return digits.Length == 0;
        // Beyond its range it is infinite or zero, which has other digits.
        var number = double.Parse(text, CultureInfo.InvariantCulture);
        return Significant(number.ToString($"E{digits.Length - 1}", CultureInfo.InvariantCulture)) == digits;
    }

    private static string Significant(string number) =>
        string.Concat(number.TakeWhile(c => c is not ('e' or 'E')).Where(char.IsAsciiDigit)).TrimStart('0');

    private static int DigitRun(ReadOnlySpan<byte> text)
    {
        var end = text.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        return end < 0 ? text.Length : end;
    }

    private static bool Exponent(ref ReadOnlySpan<byte> rest)
    {
        rest = rest[1..];
        if (!rest.IsEmpty && rest[0] is (byte)'+' or (byte)'-') rest = rest[1..];
        var digits = DigitRun(rest);
        rest = rest[digits..];
        return digits is > 0 and <= 3;
    }

    private static bool IsUuid(ReadOnlySpan<byte> value) =>
        value.Length == 36 && Utf8Parser.TryParse(value, out Guid _, out var used, 'D') && used == 36;

    private static bool IsJson(ReadOnlySpan<byte> value)
    {
        if (value[^1] is not ((byte)'}' or (byte)']')) return false;
        // PostgreSQL's jsonb cannot hold \u0000.
        if (value.IndexOf("\\u0000"u8) >= 0) return false;
        var reader = new Utf8JsonReader(value);
        try
        {
            while (reader.Read())
            {
            }
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
