// int4: 4 bytes, big-endian, two's complement (int4recv).
namespace Ingest.Convert;

/// <summary>int4: decimal digits with an optional sign, white space around them.</summary>
/// <param name="readsLiterals">Whether the server is one that reads <see cref="LiteralText"/>.</param>
internal sealed class Int4Encoder(bool readsLiterals = false) : FieldEncoder
{
    /// <inheritdoc/>
    public override KeyEquality KeyEquality => KeyEquality.Integer;

    /// <inheritdoc/>
    public override ConversionFailure Encode(ReadOnlySpan<byte> text, RowBuffer row)
    {
        var failure = IntegerText.Read(text, int.MinValue, int.MaxValue, readsLiterals, out var value);
        if (failure == ConversionFailure.None) row.WriteInt32((int)value);
        return failure;
    }
}
