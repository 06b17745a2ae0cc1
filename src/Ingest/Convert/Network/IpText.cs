using System.Buffers.Binary;

namespace Ingest.Convert;

/// <summary>Reads IP addresses with an optional prefix length as inet_net_pton does (inet_net_pton.c), and writes their payload (network.c).</summary>
internal static class IpText
{
    /// <summary>The size of an IPv6 address.</summary>
    public const int MaxSize = 16;

    private const byte FamilyIPv4 = 2;
    private const byte FamilyIPv6 = 3;

    /// <summary>Reads an address.</summary>
    /// <param name="text">The field.</param>
    /// <param name="address">Room for <see cref="MaxSize"/> bytes, all 0.</param>
    /// <param name="size">The address's size: 4 or 16.</param>
    /// <param name="written">How many of its bytes were written: fewer than 4 where IPv4 is cut short (<c>10.1/16</c>).</param>
    /// <param name="prefix">The prefix length, or −1.</param>
    public static ConversionFailure Read(ReadOnlySpan<byte> text, Span<byte> address, out int size, out int written, out int prefix)
    {
        size = text.IndexOf((byte)':') >= 0 ? 16 : 4;
        written = size;
        prefix = -1;
        var slash = text.IndexOf((byte)'/');
        if (slash >= 0)
        {
            if (!TryReadPrefix(text[(slash + 1)..], size * 8, out prefix)) return ConversionFailure.InvalidSyntax;
            text = text[..slash];
        }

        var isAddress = size == 4 ? TryReadIPv4(text, address, out written) : TryReadIPv6(text, address);
        return isAddress ? ConversionFailure.None : ConversionFailure.InvalidSyntax;
    }

    /// <summary>Appends the field.</summary>
    public static void Write(RowBuffer row, ReadOnlySpan<byte> address, int prefix, bool isCidr)
    {
        var size = 8 + address.Length;
        var room = row.Reserve(size);
        BinaryPrimitives.WriteInt32BigEndian(room, 4 + address.Length);
        room[4] = address.Length == 4 ? FamilyIPv4 : FamilyIPv6;
        room[5] = (byte)prefix;
        room[6] = isCidr ? (byte)1 : (byte)0;
        room[7] = (byte)address.Length;
        address.CopyTo(room[8..]);
        row.Advance(size);
    }

    private static bool TryReadPrefix(ReadOnlySpan<byte> text, int max, out int prefix)
    {
        prefix = 0;
        // IPv6 takes no leading zeros here, IPv4 does.
        if (text.IsEmpty || (max > 32 && text[0] == '0' && text.Length > 1)) return false;
        foreach (var c in text)
        {
            var digit = (uint)(c - '0');
            if (digit > 9) return false;
            prefix = prefix * 10 + (int)digit;
            if (prefix > max) return false;
        }

        return true;
    }

    private static bool TryReadIPv4(ReadOnlySpan<byte> text, Span<byte> address, out int written)
    {
        var i = 0;
        for (written = 0; written < 4 && i < text.Length; written++)
        {
            if (written > 0 && text[i++] != '.') return false;
            int value = 0, digits = 0;
            for (; i < text.Length && (uint)(text[i] - '0') <= 9; i++, digits++)
            {
                value = value * 10 + (text[i] - '0');
                if (value > 255) return false;
            }

            if (digits == 0) return false;
            address[written] = (byte)value;
        }

        return written > 0 && i == text.Length;
    }

    /// <summary>The IPv4 address at the end of an IPv6 address: four numbers, none with a leading zero.</summary>
    private static bool TryReadTail(ReadOnlySpan<byte> text, Span<byte> address)
    {
        for (var i = 0; i + 1 < text.Length; i++)
        {
            if (text[i] == '0' && (i == 0 || text[i - 1] == '.') && text[i + 1] != '.') return false;
        }

        return TryReadIPv4(text, address, out var written) && written == 4;
    }

    private static bool TryReadIPv6(ReadOnlySpan<byte> text, Span<byte> address)
    {
        address.Clear();
        int at = 0, gap = -1, i = 0;
        if (text.StartsWith("::"u8)) (gap, i) = (0, 2);
        while (i < text.Length)
        {
            var end = i;
            var value = 0;
            for (int digit; end < text.Length && end - i < 5 && (digit = HexDigits.Value(text[end])) >= 0; end++) value = (value << 4) | digit;
            if (end < text.Length && text[end] == '.')
            {
                // An IPv4 address in the last four bytes.
                if (at > 12 || !TryReadTail(text[i..], address[at..])) return false;
                at += 4;
                break;
            }

            if (end == i || end - i > 4 || at == MaxSize) return false;
            BinaryPrimitives.WriteUInt16BigEndian(address[at..], (ushort)value);
            at += 2;
            if (end == text.Length) break;
            if (text[end] != ':' || end + 1 == text.Length) return false;
            i = end + 1;
            if (text[i] != ':') continue;
            if (gap >= 0) return false;
            gap = at;
            i++;
        }

        if (gap < 0) return at == MaxSize;
        if (at == MaxSize) return false;
        address[gap..at].CopyTo(address[(MaxSize - (at - gap))..]);
        address[gap..(MaxSize - (at - gap))].Clear();
        return true;
    }
}
