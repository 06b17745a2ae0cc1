// enum: the label in UTF-8 (enum_recv).
namespace Ingest.Convert;

/// <summary>An enum: its label, which the server looks up.</summary>
internal sealed class EnumEncoder : FieldEncoder
{
    /// <inheritdoc/>
    public override bool ServerValidates => true;

    /// <inheritdoc/>
    public override ConversionFailure Encode(ReadOnlySpan<byte> text, RowBuffer row)
    {
        row.WriteBytes(text);
        return ConversionFailure.None;
    }
}
