using System.Buffers.Binary;
using System.Text;

namespace Ingest.Sources;

/// <summary>UTF-32 in either byte order.</summary>
internal sealed class Utf32Transcoder(bool bigEndian) : Transcoder
{
    /// <inheritdoc/>
    public override int MaxOutput(int count) => count + 4;

    /// <inheritdoc/>
    public override int Convert(ReadOnlySpan<byte> input, Span<byte> output, bool final, out int consumed)
    {
        var written = 0;
        consumed = 0;
        for (; consumed + 4 <= input.Length; consumed += 4)
        {
            var unit = input.Slice(consumed, 4);
            var value = bigEndian ? BinaryPrimitives.ReadUInt32BigEndian(unit) : BinaryPrimitives.ReadUInt32LittleEndian(unit);
            if (Rune.TryCreate(value, out var rune)) written += rune.EncodeToUtf8(output[written..]);
            else output[written++] = Invalid;
        }
        if (final && consumed < input.Length)
        {
            output[written++] = Invalid;
            consumed = input.Length;
        }
        return written;
    }
}
