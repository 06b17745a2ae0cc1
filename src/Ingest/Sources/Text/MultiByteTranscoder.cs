using System.Buffers;
using System.Text;

namespace Ingest.Sources;

/// <summary>
/// Encodings of several bytes a character (Shift-JIS, GBK, Big5, EUC, ISO-2022): through the framework's decoder, which
/// keeps the state between pieces.
/// </summary>
internal sealed class MultiByteTranscoder : Transcoder
{
    // What the decoder puts for invalid bytes: a noncharacter (Unicode, 23.7), which no text means to contain. A lone
    // surrogate would be the natural marker, but decoders refuse it as a replacement.
    private const char Marker = '\uFFFF';

    // Single bytes that the framework maps as Windows does although the encoding leaves them undefined: 0x80 to U+0080,
    // 0xA0 and 0xFD to 0xFF to U+F8E6 and on. Characters of user-defined areas (up to U+F848) are text.
    private static readonly SearchValues<char> Fillers = SearchValues.Create(
        [Marker, .. Enumerable.Range(0x80, 0x20).Select(c => (char)c), .. Enumerable.Range(0xF8E0, 0x20).Select(c => (char)c)]);

    // GB 18030 covers all of Unicode, controls and private areas included.
    private static readonly SearchValues<char> MarkerAlone = SearchValues.Create([Marker]);

    private readonly SearchValues<char> invalid;
    private readonly Encoding strict;
    private readonly Decoder decoder;
    private char[] chars = [];

    /// <summary>Makes a decoder with its own state.</summary>
    public MultiByteTranscoder(Encoding encoding)
    {
        strict = (Encoding)encoding.Clone();
        strict.DecoderFallback = new DecoderReplacementFallback(Marker.ToString());
        decoder = strict.GetDecoder();
        invalid = encoding.CodePage == 54936 ? MarkerAlone : Fillers;
    }

    /// <inheritdoc/>
    public override int MaxOutput(int count) => strict.GetMaxCharCount(count) * 3;

    /// <inheritdoc/>
    public override int Convert(ReadOnlySpan<byte> input, Span<byte> output, bool final, out int consumed)
    {
        var most = strict.GetMaxCharCount(input.Length);
        if (chars.Length < most) chars = new char[most];
        var count = decoder.GetChars(input, chars, flush: final);
        consumed = input.Length;
        return Encode(chars.AsSpan(0, count), output);
    }

    private int Encode(ReadOnlySpan<char> text, Span<byte> output)
    {
        var written = 0;
        while (true)
        {
            var marker = text.IndexOfAny(invalid);
            written += Utf16Text.Encode(marker < 0 ? text : text[..marker], output[written..], final: true, out _);
            if (marker < 0) return written;
            output[written++] = Invalid;
            text = text[(marker + 1)..];
        }
    }
}
