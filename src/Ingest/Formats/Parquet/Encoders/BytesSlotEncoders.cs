// bool: one byte; uuid: 16 bytes; bytea: the bytes (boolrecv, uuid_recv, bytearecv).
using Ingest.Convert;
using Ingest.Parquet.Vectors;

namespace Ingest.Formats.Parquet.Encoders;

/// <summary>BOOLEAN into bool.</summary>
internal readonly struct BoolValue : ISlotValue
{
    /// <inheritdoc/>
    public ConversionFailure Encode(ColumnVector vector, int slot, RowBuffer row)
    {
        row.WriteBool(vector.Booleans[slot]);
        return ConversionFailure.None;
    }
}

/// <summary>Bytes into bytea, and UUID into uuid, which have the same payload.</summary>
internal readonly struct BytesValue : ISlotValue
{
    /// <inheritdoc/>
    public ConversionFailure Encode(ColumnVector vector, int slot, RowBuffer row)
    {
        row.WriteBytes(vector.Bytes(slot));
        return ConversionFailure.None;
    }
}

/// <summary>Text into any type, as the type reads text.</summary>
/// <param name="encoder">The type's encoder.</param>
internal readonly struct TextValue(FieldEncoder encoder) : ISlotValue
{
    /// <inheritdoc/>
    public ConversionFailure Encode(ColumnVector vector, int slot, RowBuffer row)
    {
        var text = vector.Bytes(slot);
        return PlainText.IsValid(text) ? encoder.Encode(text, row) : ConversionFailure.InvalidText;
    }
}

/// <summary>Any value into any type, through the value's text.</summary>
/// <param name="encoder">The type's encoder.</param>
internal sealed class ConvertedSlotEncoder(FieldEncoder encoder) : SlotEncoder
{
    private readonly RowBuffer text = new(64);

    /// <inheritdoc/>
    public override ConversionFailure Encode(ColumnVector vector, int slot, RowBuffer row)
    {
        text.Length = 0;
        return ScalarText.Append(vector, slot, text) ? encoder.Encode(text.Written, row) : ConversionFailure.DatetimeOverflow;
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        text.Dispose();
        base.Dispose();
    }
}
