// oid: 4 bytes, big-endian, unsigned (oidrecv).
namespace Ingest.Convert;

/// <summary>oid: an unsigned 32-bit number; negative numbers of 32 bits wrap around, as in oidin (oid.c) until PostgreSQL 15.</summary>
internal sealed class OidEncoder : FieldEncoder
{
    /// <inheritdoc/>
    public override ConversionFailure Encode(ReadOnlySpan<byte> text, RowBuffer row)
    {
        var failure = IntegerText.Read(text, int.MinValue, uint.MaxValue, readsLiterals: false, out var value);
        if (failure == ConversionFailure.None) row.WriteInt32((int)value);
        return failure;
    }
}
