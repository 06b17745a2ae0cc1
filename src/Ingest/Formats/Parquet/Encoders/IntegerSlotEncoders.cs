// int2, int4, int8: big-endian (int2recv, int4recv, int8recv).
using Ingest.Convert;
using Ingest.Parquet.Vectors;

namespace Ingest.Formats.Parquet.Encoders;

/// <summary>An integer into int2.</summary>
internal readonly struct Int2Value<TSlot> : ISlotValue
    where TSlot : IIntegerSlot
{
    /// <inheritdoc/>
    public ConversionFailure Encode(ColumnVector vector, int slot, RowBuffer row)
    {
        if (!TSlot.TryRead(vector, slot, out var value) || value != (short)value) return ConversionFailure.OutOfRange;
        row.WriteInt16((short)value);
        return ConversionFailure.None;
    }
}

/// <summary>An integer into int4.</summary>
internal readonly struct Int4Value<TSlot> : ISlotValue
    where TSlot : IIntegerSlot
{
    /// <inheritdoc/>
    public ConversionFailure Encode(ColumnVector vector, int slot, RowBuffer row)
    {
        if (!TSlot.TryRead(vector, slot, out var value) || value != (int)value) return ConversionFailure.OutOfRange;
        row.WriteInt32((int)value);
        return ConversionFailure.None;
    }
}

/// <summary>An integer into int8.</summary>
internal readonly struct Int8Value<TSlot> : ISlotValue
    where TSlot : IIntegerSlot
{
    /// <inheritdoc/>
    public ConversionFailure Encode(ColumnVector vector, int slot, RowBuffer row)
    {
        if (!TSlot.TryRead(vector, slot, out var value)) return ConversionFailure.OutOfRange;
        row.WriteInt64(value);
        return ConversionFailure.None;
    }
}

/// <summary>DECIMAL into an integer type: one with a fraction that is not zero does not fit.</summary>
/// <param name="encoder">The type's encoder.</param>
internal sealed class DecimalToIntegerEncoder(FieldEncoder encoder) : SlotEncoder
{
    private readonly RowBuffer text = new(64);

    /// <inheritdoc/>
    public override ConversionFailure Encode(ColumnVector vector, int slot, RowBuffer row)
    {
        text.Length = 0;
        ScalarText.Append(vector, slot, text);
        var digits = text.Written;
        if (vector.Column.LogicalType.Scale > 0) digits = digits.TrimEnd((byte)'0').TrimEnd((byte)'.');
        return encoder.Encode(digits, row);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        text.Dispose();
        base.Dispose();
    }
}
