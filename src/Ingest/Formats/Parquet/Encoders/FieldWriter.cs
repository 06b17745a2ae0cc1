using Ingest.Convert;
using Ingest.Parquet.Schema;
using Ingest.Parquet.Vectors;

namespace Ingest.Formats.Parquet.Encoders;

/// <summary>Writes one field of the rows of a slice into its column. An instance belongs to one thread.</summary>
internal abstract class FieldWriter : IDisposable
{
    /// <summary>Goes to a slice.</summary>
    public abstract void Begin(RowSlice slice);

    /// <summary>Appends the field of a row, or NULL.</summary>
    public abstract ConversionFailure Write(int row, RowBuffer target);

    /// <summary>Appends the field of rows that are written side by side.</summary>
    /// <param name="first">The first of them in the slice.</param>
    /// <param name="rows">The rows.</param>
    public virtual void Write(int first, PendingRows rows)
    {
        for (var row = 0; row < rows.Count; row++)
        {
            if (Write(first + row, rows[row]) is not ConversionFailure.None and var failure) rows.Fail(row, failure);
        }
    }

    /// <summary>Gives buffers back.</summary>
    public virtual void Dispose()
    {
    }
}

/// <summary>A field with one value per row.</summary>
/// <param name="leaf">The column.</param>
/// <param name="encoder">Writes its values.</param>
internal sealed class ScalarField(LeafColumn leaf, SlotEncoder encoder) : FieldWriter
{
    private ColumnVector? vector;
    private bool hasNulls;

    /// <inheritdoc/>
    public override void Begin(RowSlice slice)
    {
        vector = slice[leaf];
        hasNulls = vector.NullCount > 0;
    }

    /// <inheritdoc/>
    public override void Write(int first, PendingRows rows)
    {
        if (hasNulls) base.Write(first, rows);
        else encoder.Encode(vector!, first, rows);
    }

    /// <inheritdoc/>
    public override ConversionFailure Write(int row, RowBuffer target)
    {
        if (!vector!.IsNull(row)) return encoder.Encode(vector, row, target);
        target.WriteNull();
        return ConversionFailure.None;
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        encoder.Dispose();
        base.Dispose();
    }
}

/// <summary>A column that the file does not have.</summary>
/// <param name="fill">The encoder of the empty string that it is filled with, or null for NULL.</param>
internal sealed class MissingField(FieldEncoder? fill) : FieldWriter
{
    /// <inheritdoc/>
    public override void Begin(RowSlice slice)
    {
    }

    /// <inheritdoc/>
    public override ConversionFailure Write(int row, RowBuffer target)
    {
        if (fill is not null) return fill.Encode([], target);
        target.WriteNull();
        return ConversionFailure.None;
    }
}

/// <summary>A nested field as JSON.</summary>
/// <param name="shape">The field.</param>
/// <param name="encoder">Writes JSON text into the column.</param>
internal sealed class JsonField(ValueShape shape, FieldEncoder encoder) : FieldWriter
{
    private readonly JsonText json = new();
    private NestedReader? reader;

    /// <inheritdoc/>
    public override void Begin(RowSlice slice) => reader = new(slice, shape);

    /// <inheritdoc/>
    public override ConversionFailure Write(int row, RowBuffer target)
    {
        var text = json.Value(reader!, row, out var isNull, out var failure);
        if (failure != ConversionFailure.None) return failure;
        if (!isNull) return encoder.Encode(text, target);
        target.WriteNull();
        return ConversionFailure.None;
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        json.Dispose();
        base.Dispose();
    }
}
