using Ingest.Convert;
using Ingest.Parquet.Schema;
using Ingest.Parquet.Vectors;

namespace Ingest.Formats.Parquet.Encoders;

/// <summary>
/// A struct of single values into a composite type, staged as the text that the server casts (record_in, rowtypes.c):
/// the attributes in the type's order, each in quotes, nothing for NULL. Fields are attributes by their names.
/// </summary>
internal sealed class CompositeField : FieldWriter, IValueVisitor
{
    private readonly ValueShape shape;
    private readonly FieldEncoder encoder;

    /// <summary>For each attribute, the index of its field.</summary>
    private readonly int[] fields;

    /// <summary>For each field of the row, its value or null.</summary>
    private readonly (ColumnVector Vector, int Slot)?[] values;

    private readonly RowBuffer text = new(256);
    private readonly RowBuffer value = new(64);
    private NestedReader? reader;
    private bool isNull;
    private int field;

    /// <summary>A writer for one thread.</summary>
    /// <param name="shape">The field; <see cref="Fits"/> it.</param>
    /// <param name="attributes">The attributes of the type.</param>
    /// <param name="encoder">Writes the text into the stage.</param>
    public CompositeField(ValueShape shape, IReadOnlyList<string> attributes, FieldEncoder encoder)
    {
        this.shape = shape;
        this.encoder = encoder;
        var names = shape.Fields.Select(f => f.Name).ToList();
        fields = [.. attributes.Select(a => names.IndexOf(a))];
        values = new (ColumnVector, int)?[names.Count];
    }

    /// <summary>Whether a struct has the attributes of a type, all of them and no other, and only single values.</summary>
    public static bool Fits(ValueShape shape, IReadOnlyList<string> attributes) =>
        shape.Kind == ShapeKind.Struct && shape.Fields.All(f => f.Kind == ShapeKind.Scalar)
        && shape.Fields.Select(f => f.Name).Order(StringComparer.Ordinal).SequenceEqual(attributes.Order(StringComparer.Ordinal));

    /// <inheritdoc/>
    public override void Begin(RowSlice slice) => reader = new(slice, shape);

    /// <inheritdoc/>
    public override ConversionFailure Write(int row, RowBuffer target)
    {
        (isNull, field) = (false, -1);
        var self = this;
        reader!.Read(row, ref self);
        if (isNull)
        {
            target.WriteNull();
            return ConversionFailure.None;
        }
        text.Length = 0;
        QuotedText.Append("("u8, text);
        for (var i = 0; i < fields.Length; i++)
        {
            if (i > 0) QuotedText.Append(","u8, text);
            if (values[fields[i]] is not { } part) continue;
            value.Length = 0;
            if (!ScalarText.Append(part.Vector, part.Slot, value)) return ConversionFailure.DatetimeOverflow;
            QuotedText.AppendQuoted(value.Written, text);
        }
        QuotedText.Append(")"u8, text);
        return encoder.Encode(text.Written, target);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        text.Dispose();
        value.Dispose();
        base.Dispose();
    }

    void IValueVisitor.Null(ValueShape absent)
    {
        if (absent == shape) isNull = true;
        else values[field] = null;
    }

    void IValueVisitor.Scalar(ColumnVector column, int slot) => values[field] = (column, slot);

    void IValueVisitor.BeginStruct(ValueShape part)
    {
    }

    void IValueVisitor.Field(ValueShape part) => field++;

    void IValueVisitor.EndStruct(ValueShape part)
    {
    }

    // A struct of single values has none of the parts below.
    void IValueVisitor.BeginList(ValueShape part) => throw new InvalidOperationException();

    void IValueVisitor.Element(int index) => throw new InvalidOperationException();

    void IValueVisitor.EndList(ValueShape part) => throw new InvalidOperationException();

    void IValueVisitor.BeginMap(ValueShape part) => throw new InvalidOperationException();

    void IValueVisitor.Key(int index) => throw new InvalidOperationException();

    void IValueVisitor.Value() => throw new InvalidOperationException();

    void IValueVisitor.EndMap(ValueShape part) => throw new InvalidOperationException();
}
