namespace Ingest.Convert;

/// <summary>
/// Stands for a type whose values a source writes in binary form itself, and that no text of a source is converted to
/// here: what it is given is the payload.
/// </summary>
/// <param name="equality">How equal values relate to their payloads.</param>
internal sealed class PayloadEncoder(KeyEquality equality) : FieldEncoder
{
    /// <inheritdoc/>
    public override KeyEquality KeyEquality => equality;

    /// <inheritdoc/>
    public override ConversionFailure Encode(ReadOnlySpan<byte> text, RowBuffer row)
    {
        row.WriteBytes(text);
        return ConversionFailure.None;
    }
}
