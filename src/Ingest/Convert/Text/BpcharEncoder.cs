// bpchar(n), which SQL calls char(n): the characters in UTF-8; the server pads them with spaces (bpcharrecv).
namespace Ingest.Convert;

/// <summary>char(n): at most n characters; spaces past the n-th are cut (bpchar_input, varchar.c).</summary>
/// <param name="length">The declared length, in characters; <see cref="int.MaxValue"/> for bpchar without one.</param>
internal sealed class BpcharEncoder(int length) : FieldEncoder
{
    /// <inheritdoc/>
    public override KeyEquality KeyEquality => KeyEquality.Bpchar;

    /// <inheritdoc/>
    public override ConversionFailure Encode(ReadOnlySpan<byte> text, RowBuffer row)
    {
        if (!Characters.TryCut(ref text, length)) return ConversionFailure.TooLong;
        row.WriteBytes(text);
        return ConversionFailure.None;
    }
}
