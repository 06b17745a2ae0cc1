using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Unicode;

namespace Ingest.Sources;

/// <summary>UTF-16 in either byte order.</summary>
internal sealed class Utf16Transcoder(bool bigEndian) : Transcoder
{
    private char[] chars = [];

    /// <inheritdoc/>
    public override int MaxOutput(int count) => (count / 2 * 3) + 2;

    /// <inheritdoc/>
    public override int Convert(ReadOnlySpan<byte> input, Span<byte> output, bool final, out int consumed)
    {
        var count = input.Length / 2;
        if (chars.Length < count) chars = new char[count];
        var text = chars.AsSpan(0, count);
        input[..(count * 2)].CopyTo(MemoryMarshal.AsBytes(text));
        if (bigEndian == BitConverter.IsLittleEndian)
        {
            var units = MemoryMarshal.Cast<char, ushort>(text);
            BinaryPrimitives.ReverseEndianness(units, units);
        }
        var written = Utf16Text.Encode(text, output, final, out var taken);
        consumed = taken * 2;
        if (final && consumed < input.Length)
        {
            output[written++] = Invalid; // Half a code unit at the end.
            consumed = input.Length;
        }
        return written;
    }
}

/// <summary>UTF-16 code units to UTF-8, lone surrogates marked.</summary>
internal static class Utf16Text
{
    /// <summary>Encodes; a high surrogate at the end is left unless <paramref name="final"/>.</summary>
    public static int Encode(ReadOnlySpan<char> text, Span<byte> output, bool final, out int consumed)
    {
        consumed = 0;
        var written = 0;
        while (consumed < text.Length)
        {
            var status = Utf8.FromUtf16(text[consumed..], output[written..], out var read, out var wrote, replaceInvalidSequences: false, isFinalBlock: final);
            consumed += read;
            written += wrote;
            if (status == OperationStatus.NeedMoreData) break;
            if (status == OperationStatus.InvalidData)
            {
                output[written++] = Transcoder.Invalid;
                consumed++;
            }
        }
        return written;
    }
}
