// varchar(n): the characters in UTF-8 (varcharrecv).
namespace Ingest.Convert;

/// <summary>varchar(n): at most n characters; spaces past the n-th are cut, as the SQL standard asks (varchar_input, varchar.c).</summary>
/// <param name="length">The declared length, in characters.</param>
internal sealed class VarcharEncoder(int length) : FieldEncoder
{
    /// <inheritdoc/>
    public override ConversionFailure Encode(ReadOnlySpan<byte> text, RowBuffer row)
    {
        if (!Characters.TryCut(ref text, length)) return ConversionFailure.TooLong;
        row.WriteBytes(text);
        return ConversionFailure.None;
    }
}
