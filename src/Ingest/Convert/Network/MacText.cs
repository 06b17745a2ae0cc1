namespace Ingest.Convert;

/// <summary>Reads hardware addresses: bytes apart by one kind of separator, at places that the type allows (mac.c, mac8.c).</summary>
internal static class MacText
{
    /// <summary>Reads bytes of two digits each with one and the same separator, or none, between them.</summary>
    /// <param name="text">The address.</param>
    /// <param name="address">Room for the bytes.</param>
    /// <param name="count">How many bytes there were.</param>
    public static bool TryReadPairs(ReadOnlySpan<byte> text, Span<byte> address, out int count)
    {
        count = 0;
        byte separator = 0;
        for (var i = 0; i < text.Length; i += 2)
        {
            if (count > 0 && text[i] is (byte)':' or (byte)'-' or (byte)'.')
            {
                if (separator != 0 && text[i] != separator) return false;
                separator = text[i++];
            }

            if (i + 1 >= text.Length || count == address.Length) return false;
            var value = HexDigits.Pair(text[i], text[i + 1]);
            if (value < 0) return false;
            address[count++] = (byte)value;
        }

        return true;
    }

    /// <summary>Reads bytes of one or two digits each with the same colon or hyphen between them.</summary>
    /// <param name="text">The address.</param>
    /// <param name="address">Room for the bytes, all of which must be there.</param>
    public static bool TryReadBytes(ReadOnlySpan<byte> text, Span<byte> address)
    {
        byte separator = 0;
        for (var count = 0; count < address.Length; count++)
        {
            if (count > 0)
            {
                if (text.IsEmpty || text[0] is not ((byte)':' or (byte)'-') || (separator != 0 && text[0] != separator)) return false;
                separator = text[0];
                text = text[1..];
            }

            if (text.IsEmpty) return false;
            var hasTwo = text.Length > 1 && text[1] is not ((byte)':' or (byte)'-');
            var value = hasTwo ? HexDigits.Pair(text[0], text[1]) : HexDigits.Pair((byte)'0', text[0]);
            if (value < 0) return false;
            address[count] = (byte)value;
            text = text[(hasTwo ? 2 : 1)..];
        }

        return text.IsEmpty;
    }
}
