// citext: as text; the extension uses textrecv.
namespace Ingest.Convert;

/// <summary>citext: any value. Its equality folds case by the collation's rules, which only the server knows.</summary>
internal sealed class CitextEncoder : FieldEncoder
{
    /// <inheritdoc/>
    public override KeyEquality KeyEquality => KeyEquality.Coarser;

    /// <inheritdoc/>
    public override ConversionFailure Encode(ReadOnlySpan<byte> text, RowBuffer row)
    {
        row.WriteBytes(text);
        return ConversionFailure.None;
    }
}
