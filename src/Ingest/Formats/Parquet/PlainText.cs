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
        if (text.Length < sizeof(ulong)) return IsAscii(Word(text)) || IsOther(text);
        foreach (var word in MemoryMarshal.Cast<byte, ulong>(text))
        {
            if (!IsAscii(word)) return IsOther(text);
        }
        return IsAscii(MemoryMarshal.Read<ulong>(text[^sizeof(ulong)..])) || IsOther(text);
    }

    /// <summary>Whether each byte is from 1 to 127: above, it has its high bit; 0 less 1 has it too.</summary>
    private static bool IsAscii(ulong word) => ((word | (word - Ones)) & HighBits) == 0;

    /// <summary>The bytes of a text of less than eight, some of them twice, so that no loop is guessed wrong.</summary>
    private static ulong Word(ReadOnlySpan<byte> text)
    {
        if (text.Length >= sizeof(uint))
            return ((ulong)MemoryMarshal.Read<uint>(text[^sizeof(uint)..]) << 32) | MemoryMarshal.Read<uint>(text);
        return text.IsEmpty ? Ones : (Ones & ~0xFF_FFFFUL) | ((ulong)text[0] << 16) | ((ulong)text[text.Length >> 1] << 8) | text[^1];
    }

    private static bool IsOther(ReadOnlySpan<byte> text) => Utf8.IsValid(text) && !text.Contains((byte)0);
}
