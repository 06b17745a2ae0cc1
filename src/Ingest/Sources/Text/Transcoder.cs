namespace Ingest.Sources;

/// <summary>
/// Turns bytes of one encoding into UTF-8, piece by piece. Bytes that the encoding does not allow become
/// <see cref="Invalid"/>, which UTF-8 does not allow either: the record that they are in is rejected later.
/// </summary>
internal abstract class Transcoder
{
    /// <summary>What stands for bytes that are not valid: never part of valid UTF-8 (RFC 3629, section 1).</summary>
    public const byte Invalid = 0xFF;

    /// <summary>The most bytes of UTF-8 that <paramref name="count"/> bytes of input turn into.</summary>
    public abstract int MaxOutput(int count);

    /// <summary>Converts; a character that is cut at the end of the input is left there, or is kept as state.</summary>
    /// <param name="input">The next bytes, beginning with those that the last call left.</param>
    /// <param name="output">Room for <see cref="MaxOutput"/> of the input.</param>
    /// <param name="final">Whether nothing follows: all input is consumed.</param>
    /// <param name="consumed">The bytes of input that were taken.</param>
    /// <returns>The bytes written.</returns>
    public abstract int Convert(ReadOnlySpan<byte> input, Span<byte> output, bool final, out int consumed);
}
