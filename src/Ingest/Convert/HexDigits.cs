namespace Ingest.Convert;

/// <summary>Reads hexadecimal digits.</summary>
internal static class HexDigits
{
    /// <summary>The value of a digit, or −1.</summary>
    public static int Value(byte c)
    {
        var digit = (uint)(c - '0');
        if (digit <= 9) return (int)digit;
        var letter = (uint)((c | 0x20) - 'a');
        return letter <= 5 ? (int)letter + 10 : -1;
    }

    /// <summary>The byte that two digits make, or a negative number where one of them is none.</summary>
    public static int Pair(byte high, byte low) => (Value(high) << 4) | Value(low);
}
