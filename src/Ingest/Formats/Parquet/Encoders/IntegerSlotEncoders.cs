// int2, int4, int8: big-endian (int2recv, int4recv, int8recv).
using Ingest.Convert;
using Ingest.Parquet.Vectors;

namespace Ingest.Formats.Parquet.Encoders;

/// <summary>An integer into int2.</summary>
internal sealed class Int2SlotEncoder<TSlot> : SlotEncoder
    where TSlot : IIntegerSlot
{
    /// <inheritdoc/>
    public override ConversionFailure Encode(ColumnVector vector, int slot, RowBuffer row)
    {
        if (!TSlot.TryRead(vector, slot, out var value) || value != (short)value) return ConversionFailure.OutOfRange;
        row.WriteInt16((short)value);
        return ConversionFailure.None;
    }
}

/// <summary>An integer into int4.</summary>
internal sealed class Int4SlotEncoder<TSlot> : SlotEncoder
    where TSlot : IIntegerSlot
{
    /// <inheritdoc/>
    public override ConversionFailure Encode(ColumnVector vector, int slot, RowBuffer row)
    {
        if (!TSlot.TryRead(vector, slot, out var value) || value != (int)value) return ConversionFailure.OutOfRange;
        row.WriteInt32((int)value);
        return ConversionFailure.None;
    }
}

/// <summary>An integer into int8.</summary>
internal sealed class Int8SlotEncoder<TSlot> : SlotEncoder
    where TSlot : IIntegerSlot
{
    /// <inheritdoc/>
    public override ConversionFailure Encode(ColumnVector vector, int slot, RowBuffer row)
    {
        if (!TSlot.TryRead(vector, slot, out var value)) return ConversionFailure.OutOfRange;
        row.WriteInt64(value);
        return ConversionFailure.None;
    }
}
