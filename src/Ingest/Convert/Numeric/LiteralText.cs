using System.Globalization;
using System.Numerics;
using System.Text;

namespace Ingest.Convert;

/// <summary>
/// What PostgreSQL reads as a number from version 16 on: integers of base 16, 8 and 2 (0x1F, 0o17, 0b11), and underscores between
/// digits (pg_strtoint32_safe in numutils.c, set_var_from_str in numeric.c). They are rare, so each is written as a plain number and read again.
/// </summary>
internal static class LiteralText
{
    /// <summary>Above it no numeric has a place for the number, whatever its base.</summary>
    private const int MostBits = (int)(NumericLimits.DigitsBeforePoint * 3.33) + 8;

    /// <summary>The same number without a prefix and underscores; null where the text is no such number.</summary>
    public static byte[]? ToPlain(ReadOnlySpan<byte> text)
    {
        text = AsciiSpace.Trim(text);
        var sign = text.Length > 0 && text[0] is (byte)'+' or (byte)'-' ? text[..1] : [];
        var rest = text[sign.Length..];
        var bits = rest.Length > 2 && rest[0] == '0' ? BitsPerDigit(rest[1]) : 0;
        var number = bits > 0 ? FromBits(rest[2..], bits) : WithoutUnderscores(rest);
        return number is null ? null : [.. sign, .. number];
    }

    private static int BitsPerDigit(byte prefix) => (prefix | 0x20) switch
    {
        'x' => 4,
        'o' => 3,
        'b' => 1,
        _ => 0,
    };

    private static byte[]? FromBits(ReadOnlySpan<byte> digits, int bitsPerDigit)
    {
        // The first zero keeps the number positive. A field may be large: what no numeric can hold is looked at and not kept.
        var bits = new StringBuilder("0");
        for (var i = 0; i < digits.Length; i++)
        {
            // Here an underscore may come first, behind the prefix.
            if (digits[i] == '_' && i + 1 < digits.Length && digits[i + 1] != '_') continue;
            if (!char.IsAsciiHexDigit((char)digits[i])) return null;
            var value = System.Convert.ToInt32(((char)digits[i]).ToString(), 16);
            if (value >> bitsPerDigit != 0) return null;
            if ((bits.Length > 1 || value != 0) && bits.Length <= MostBits) bits.Append(value.ToString("b", CultureInfo.InvariantCulture).PadLeft(bitsPerDigit, '0'));
        }
        if (bits.Length > MostBits) return [.. Enumerable.Repeat((byte)'9', NumericLimits.DigitsBeforePoint + 1)];
        var number = BigInteger.Parse(bits.ToString(), NumberStyles.AllowBinarySpecifier, CultureInfo.InvariantCulture);
        return Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture));
    }

    private static byte[]? WithoutUnderscores(ReadOnlySpan<byte> text)
    {
        if (!text.Contains((byte)'_')) return null;
        var plain = new List<byte>(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '_') plain.Add(text[i]);
            else if (i == 0 || i + 1 == text.Length || !char.IsAsciiDigit((char)text[i - 1]) || !char.IsAsciiDigit((char)text[i + 1])) return null;
        }
        return [.. plain];
    }
}
