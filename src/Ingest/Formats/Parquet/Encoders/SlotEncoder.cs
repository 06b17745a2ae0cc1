using Ingest.Convert;
using Ingest.Parquet.Vectors;

namespace Ingest.Formats.Parquet.Encoders;

/// <summary>
/// Writes a value of a vector in COPY's binary format. An instance belongs to one thread; a NULL never comes to it.
/// </summary>
internal abstract class SlotEncoder : IDisposable
{
    /// <summary>Appends the field, its length word included; on failure the row may hold a part of it.</summary>
    public abstract ConversionFailure Encode(ColumnVector vector, int slot, RowBuffer row);

    /// <summary>Appends the field of rows that are written side by side, none of which is NULL.</summary>
    /// <param name="vector">The column.</param>
    /// <param name="first">The slot of the first row.</param>
    /// <param name="rows">The rows.</param>
    public virtual void Encode(ColumnVector vector, int first, PendingRows rows)
    {
        for (var row = 0; row < rows.Count; row++)
        {
            if (Encode(vector, first + row, rows[row]) is not ConversionFailure.None and var failure) rows.Fail(row, failure);
        }
    }

    /// <summary>Gives buffers back.</summary>
    public virtual void Dispose()
    {
    }
}
