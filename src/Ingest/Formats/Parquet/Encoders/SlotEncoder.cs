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

    /// <summary>Gives buffers back.</summary>
    public virtual void Dispose()
    {
    }
}
