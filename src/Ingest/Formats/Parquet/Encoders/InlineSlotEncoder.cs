using Ingest.Convert;
using Ingest.Parquet.Vectors;

namespace Ingest.Formats.Parquet.Encoders;

/// <summary>
/// Writes a value of a vector whose conversion is a few instructions. A type parameter, not a virtual method: every value goes
/// through it (guarded by the wide Parquet files of tests/bench.sh).
/// </summary>
internal interface ISlotValue
{
    /// <summary>As <see cref="SlotEncoder.Encode(ColumnVector, int, RowBuffer)"/>.</summary>
    ConversionFailure Encode(ColumnVector vector, int slot, RowBuffer row);

    /// <summary>Gives buffers back.</summary>
    void Dispose()
    {
    }
}

/// <summary>Writes values one after the other without a call for each.</summary>
/// <param name="value">Writes one of them.</param>
internal sealed class InlineSlotEncoder<TValue>(TValue value) : SlotEncoder
    where TValue : struct, ISlotValue
{
    /// <inheritdoc/>
    public override ConversionFailure Encode(ColumnVector vector, int slot, RowBuffer row) => value.Encode(vector, slot, row);

    /// <inheritdoc/>
    public override void Encode(ColumnVector vector, int first, PendingRows rows)
    {
        for (var row = 0; row < rows.Count; row++)
        {
            if (value.Encode(vector, first + row, rows[row]) is not ConversionFailure.None and var failure) rows.Fail(row, failure);
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        value.Dispose();
        base.Dispose();
    }
}
