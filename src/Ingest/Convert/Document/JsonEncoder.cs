// json: the document in UTF-8 (json_recv).
namespace Ingest.Convert;

/// <summary>json: the text as it stands; the server checks it.</summary>
internal sealed class JsonEncoder : FieldEncoder
{
    /// <inheritdoc/>
    public override KeyEquality KeyEquality => KeyEquality.Coarser;

    /// <inheritdoc/>
    public override bool ServerValidates => true;

    /// <inheritdoc/>
    public override ConversionFailure Encode(ReadOnlySpan<byte> text, RowBuffer row)
    {
        row.WriteBytes(text);
        return ConversionFailure.None;
    }
}
