// int2: 2 bytes, big-endian, two's complement (int2recv).
namespace Ingest.Convert;

/// <summary>int2: decimal digits with an optional sign, white space around them.</summary>
/// <param name="readsLiterals">Whether the server is one that reads <see cref="LiteralText"/>.</param>
internal sealed class Int2Encoder(bool readsLiterals = false) : FieldEncoder
{
    /// <inheritdoc/>
    public override KeyEquality KeyEquality => KeyEquality.Integer;

    /// <inheritdoc/>
    public override ConversionFailure Encode(ReadOnlySpan<byte> text, RowBuffer row)
    {
        var failure = IntegerText.Read(text, short.MinValue, short.MaxValue, readsLiterals, out var value);
        if (failure == ConversionFailure.None) row.WriteInt16((short)value);
        return failure;
    }
}
