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

    private readonly Encoding strict;
    private readonly Decoder decoder;
    private char[] chars = [];

    /// <summary>Makes a decoder with its own state.</summary>
    public MultiByteTranscoder(Encoding encoding)
    {
        strict = (Encoding)encoding.Clone();
        strict.DecoderFallback = new DecoderReplacementFallback(Marker.ToString());
        decoder = strict.GetDecoder();
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

    private static int Encode(ReadOnlySpan<char> text, Span<byte> output)
    {
        var written = 0;
        while (true)
        {
            var marker = text.IndexOf(Marker);
            written += Utf16Text.Encode(marker < 0 ? text : text[..marker], output[written..], final: true, out _);
            if (marker < 0) return written;
            output[written++] = Invalid;
            text = text[(marker + 1)..];
        }
    }
}
