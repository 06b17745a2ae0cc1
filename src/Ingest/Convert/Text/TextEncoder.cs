// text: the characters in UTF-8, the client encoding of every lane (textrecv).
namespace Ingest.Convert;

/// <summary>text, and varchar without a length: any value.</summary>
internal sealed class TextEncoder : FieldEncoder
{
    /// <inheritdoc/>
    public override ConversionFailure Encode(ReadOnlySpan<byte> text, RowBuffer row)
    {
        row.WriteBytes(text);
        return ConversionFailure.None;
    }
}
