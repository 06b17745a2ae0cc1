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
/// <param name="scale">The digits after the point.</param>
/// <param name="modifier">The column's modifier.</param>
internal sealed class DecimalSlotEncoder(int scale, int modifier) : SlotEncoder
{
    private const int Int128Bytes = 16;

    private readonly NumericPayload payload = new(scale, modifier);
    private readonly ConvertedSlotEncoder rounding = new(new NumericEncoder(modifier));

    /// <inheritdoc/>
    public override ConversionFailure Encode(ColumnVector vector, int slot, RowBuffer row) =>
        TryRead(vector, slot, out var value) && payload.TryWrite(Magnitude(value), value < 0, row)
            ? ConversionFailure.None
            : rounding.Encode(vector, slot, row);

    /// <inheritdoc/>
    public override void Dispose()
    {
        rounding.Dispose();
        base.Dispose();
    }

    private static UInt128 Magnitude(Int128 value) => value < 0 ? unchecked((UInt128)(-value)) : (UInt128)value;

    private static bool TryRead(ColumnVector vector, int slot, out Int128 value)
    {
        switch (vector.Kind)
        {
            case VectorKind.Int32:
                value = vector.Int32s[slot];
                return true;
            case VectorKind.Int64:
                value = vector.Int64s[slot];
                return true;
            default:
                return TryRead(vector.Bytes(slot), out value);
        }
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
