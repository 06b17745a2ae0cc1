using System.Runtime.InteropServices;
using System.Text.Unicode;

namespace Ingest.Formats.Parquet;

/// <summary>Tells bytes that a text column takes: UTF-8 without NUL.</summary>
internal static class PlainText
{
    private const ulong Ones = 0x0101_0101_0101_0101;
    private const ulong HighBits = 0x8080_8080_8080_8080;

    /// <summary>Whether the bytes are UTF-8 without NUL. Most values are a few ASCII letters: one look at eight bytes at a time.</summary>
    public static bool IsValid(ReadOnlySpan<byte> text)
    {
        if (text.Length < sizeof(ulong)) return IsAscii(text) || IsOther(text);
        foreach (var word in MemoryMarshal.Cast<byte, ulong>(text))
        {
            if (!IsAscii(word)) return IsOther(text);
        }
        return IsAscii(MemoryMarshal.Read<ulong>(text[^sizeof(ulong)..])) || IsOther(text);
    }

    /// <summary>Whether each byte is from 1 to 127: above, it has its high bit; 0 less 1 has it too.</summary>
    private static bool IsAscii(ulong word) => ((word | (word - Ones)) & HighBits) == 0;

    private static bool IsAscii(ReadOnlySpan<byte> text)
    {
        foreach (var b in text)
        {
            if (b is 0 or > 127) return false;
        }
        return true;
    }

    private static bool IsOther(ReadOnlySpan<byte> text) => Utf8.IsValid(text) && !text.Contains((byte)0);
}
