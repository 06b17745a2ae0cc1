using System.Buffers.Binary;
using Ingest.Convert;
using Ingest.Parquet.Vectors;

namespace Ingest.Formats.Parquet.Encoders;

/// <summary>An integer into numeric.</summary>
/// <param name="modifier">The column's modifier.</param>
internal sealed class IntegerToNumericEncoder<TSlot>(int modifier) : SlotEncoder
    where TSlot : IIntegerSlot
{
    private readonly NumericPayload payload = new(decimals: 0, modifier);
    private readonly ConvertedSlotEncoder rounding = new(new NumericEncoder(modifier));

    /// <inheritdoc/>
    public override ConversionFailure Encode(ColumnVector vector, int slot, RowBuffer row)
    {
        var value = TSlot.Read(vector, slot);
        return payload.TryWrite((UInt128)Int128.Abs(value), value < 0, row) ? ConversionFailure.None : rounding.Encode(vector, slot, row);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        rounding.Dispose();
        base.Dispose();
    }
}

/// <summary>DECIMAL in any of its carriers into numeric, exactly; rounded only where the column declares fewer decimals.</summary>
/// <param name="payload">Writes what needs no rounding.</param>
/// <param name="rounding">Writes the rest.</param>
internal readonly struct DecimalValue(NumericPayload payload, SlotEncoder rounding) : ISlotValue
{
    private const int Int128Bytes = 16;

    /// <inheritdoc/>
    public ConversionFailure Encode(ColumnVector vector, int slot, RowBuffer row) =>
        TryWrite(vector, slot, row) ? ConversionFailure.None : rounding.Encode(vector, slot, row);

    /// <inheritdoc/>
    public void Dispose() => rounding.Dispose();

    private static ulong Magnitude(long value) => value < 0 ? unchecked((ulong)(-value)) : (ulong)value;

    private static UInt128 Magnitude(Int128 value) => value < 0 ? unchecked((UInt128)(-value)) : (UInt128)value;

    private bool TryWrite(ColumnVector vector, int slot, RowBuffer row)
    {
        if (vector.Kind == VectorKind.Bytes)
            return TryRead(vector.Bytes(slot), out var wide) && payload.TryWrite(Magnitude(wide), wide < 0, row);
        var value = vector.Kind == VectorKind.Int32 ? vector.Int32s[slot] : vector.Int64s[slot];
        return payload.TryWrite(Magnitude(value), value < 0, row);
    }

    /// <summary>Two's complement, big-endian, of any length; false when more than 128 bits count.</summary>
    private static bool TryRead(ReadOnlySpan<byte> bytes, out Int128 value)
    {
        value = 0;
        if (bytes.IsEmpty) return true;
        var fill = (sbyte)bytes[0] < 0 ? (byte)0xFF : (byte)0;
        while (bytes.Length > Int128Bytes && bytes[0] == fill && (bytes[1] & 0x80) == (fill & 0x80)) bytes = bytes[1..];
        if (bytes.Length > Int128Bytes) return false;
        Span<byte> wide = stackalloc byte[Int128Bytes];
        wide.Fill(fill);
        bytes.CopyTo(wide[(Int128Bytes - bytes.Length)..]);
        value = BinaryPrimitives.ReadInt128BigEndian(wide);
        return true;
    }
}
