// int8: 8 bytes, big-endian, two's complement (int8recv).
namespace Ingest.Convert;

/// <summary>int8: decimal digits with an optional sign, white space around them.</summary>
/// <param name="readsLiterals">Whether the server is one that reads <see cref="LiteralText"/>.</param>
internal sealed class Int8Encoder(bool readsLiterals = false) : FieldEncoder
{
    /// <inheritdoc/>
    public override KeyEquality KeyEquality => KeyEquality.Integer;

    /// <inheritdoc/>
    public override ConversionFailure Encode(ReadOnlySpan<byte> text, RowBuffer row)
    {
        var failure = IntegerText.Read(text, long.MinValue, long.MaxValue, readsLiterals, out var value);
        if (failure == ConversionFailure.None) row.WriteInt64(value);
        return failure;
    }
}
