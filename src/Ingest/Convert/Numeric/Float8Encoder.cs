// float8: 8 bytes, IEEE 754, big-endian (float8recv).
namespace Ingest.Convert;

/// <summary>float8: decimal numbers with exponents, NaN, Infinity and inf; a value that only zero or infinity could hold is out of range.</summary>
internal sealed class Float8Encoder : FieldEncoder
{
    /// <inheritdoc/>
    public override KeyEquality KeyEquality => KeyEquality.Float;

    /// <inheritdoc/>
    public override ConversionFailure Encode(ReadOnlySpan<byte> text, RowBuffer row)
    {
        var failure = FloatText.ReadDouble(text, out var value);
        if (failure == ConversionFailure.None) row.WriteInt64(BitConverter.DoubleToInt64Bits(value));
        return failure;
    }
}
