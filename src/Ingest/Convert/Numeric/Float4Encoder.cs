// float4: 4 bytes, IEEE 754, big-endian (float4recv).
namespace Ingest.Convert;

/// <summary>float4: decimal numbers with exponents, NaN, Infinity and inf; a value that only zero or infinity could hold is out of range.</summary>
internal sealed class Float4Encoder : FieldEncoder
{
    /// <inheritdoc/>
    public override KeyEquality KeyEquality => KeyEquality.Float;

    /// <inheritdoc/>
    public override ConversionFailure Encode(ReadOnlySpan<byte> text, RowBuffer row)
    {
        var failure = FloatText.ReadSingle(text, out var value);
        if (failure == ConversionFailure.None) row.WriteInt32(BitConverter.SingleToInt32Bits(value));
        return failure;
    }
}
