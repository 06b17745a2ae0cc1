using System.Text;

namespace Ingest.Sources;

/// <summary>Encodings where one byte is one character: a table, with runs of ASCII copied whole.</summary>
internal sealed class SingleByteTranscoder : Transcoder
{
    // One character of the Basic Multilingual Plane: three bytes at most.
    private const int MaxBytes = 3;

    private readonly byte[] bytes = new byte[256 * MaxBytes];
    private readonly byte[] lengths = new byte[256];
    private readonly bool asciiCompatible;

    /// <summary>Builds the table.</summary>
    /// <param name="name">The name of the encoding.</param>
    /// <param name="encoding">A single-byte encoding.</param>
    public SingleByteTranscoder(string name, Encoding encoding)
    {
        var decoder = (Encoding)encoding.Clone();
        decoder.DecoderFallback = DecoderFallback.ExceptionFallback;
        asciiCompatible = true;
        for (var i = 0; i < 256; i++)
        {
            var c = Decode(decoder, (byte)i);
            if (c is null || IsFiller(name, i, c.Value))
            {
                bytes[i * MaxBytes] = Invalid;
                lengths[i] = 1;
            }
            else
            {
                lengths[i] = (byte)new Rune(c.Value).EncodeToUtf8(bytes.AsSpan(i * MaxBytes, MaxBytes));
            }
            if (i < 128 && c != i) asciiCompatible = false;
        }
    }

    /// <inheritdoc/>
    public override int MaxOutput(int count) => count * MaxBytes;

    /// <inheritdoc/>
    public override int Convert(ReadOnlySpan<byte> input, Span<byte> output, bool final, out int consumed)
    {
        consumed = input.Length;
        var written = 0;
        var i = 0;
        while (i < input.Length)
        {
            if (asciiCompatible && input[i] < 128)
            {
                var run = input[i..].IndexOfAnyInRange((byte)128, (byte)255);
                if (run < 0) run = input.Length - i;
                input.Slice(i, run).CopyTo(output[written..]);
                i += run;
                written += run;
                continue;
            }
            int value = input[i++];
            int length = lengths[value];
            bytes.AsSpan(value * MaxBytes, length).CopyTo(output[written..]);
            written += length;
        }
        return written;
    }

    private static char? Decode(Encoding decoder, byte value)
    {
        Span<char> chars = stackalloc char[2];
        try
        {
            return decoder.GetChars([value], chars) == 1 && !char.IsSurrogate(chars[0]) ? chars[0] : null;
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    // The framework fills the holes of Windows' and IBM's code pages with C1 controls and private characters, as Windows
    // does; in a data file such a byte is damage. ISO 8859 defines the C1 controls. U+F8FF is Apple's logo in macintosh.
    private static bool IsFiller(string name, int value, char c) =>
        (c is >= '\u0080' and <= '\u009F' && value == c && name.StartsWith("windows-", StringComparison.Ordinal))
        || c is (>= '\uE000' and < '\uF8FF') or '\uFFFD';
}
