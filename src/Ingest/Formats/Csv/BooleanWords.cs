using System.Text;

namespace Ingest.Formats.Csv;

/// <summary>The pairs of words for truth values. 0 and 1 are numbers.</summary>
internal static class BooleanWords
{
    // Bit 2k and bit 2k + 1 are the two words of pair k.
    private static readonly string[] Words = ["true", "false", "t", "f", "yes", "no", "y", "n", "on", "off"];

    /// <summary>The bit of a word, or 0 when it is none.</summary>
    public static int BitOf(ReadOnlySpan<byte> value)
    {
        if (value.Length > 5) return 0;
        for (var i = 0; i < Words.Length; i++)
        {
            if (Ascii.EqualsIgnoreCase(value, Words[i])) return 1 << i;
        }
        return 0;
    }

    /// <summary>
    /// Whether the words seen are of one pair, and both of it were seen: a column of <c>no</c> alone may be of country codes.
    /// <c>true</c> and <c>false</c> stand for themselves.
    /// </summary>
    public static bool AreConclusive(int bits)
    {
        if (bits is 1 or 2) return true;
        for (var pair = 3; pair < 1 << Words.Length; pair <<= 2)
        {
            if (bits == pair) return true;
        }
        return false;
    }
}
