using Ingest.Convert;
using Ingest.Parquet.Schema;
using Ingest.Parquet.Vectors;

namespace Ingest.Formats.Parquet.Encoders;

/// <summary>
/// A map of single values into the extension type hstore, staged as the text that the server casts (hstore_in,
/// hstore_io.c): <c>"key"=>"value"</c>, and NULL without quotes. A key that is null is refused: hstore has none.
/// </summary>
/// <param name="shape">The field; <see cref="Fits"/> it.</param>
/// <param name="encoder">Writes the text into the stage.</param>
internal sealed class HstoreField(ValueShape shape, FieldEncoder encoder) : FieldWriter, IValueVisitor
{
    private readonly RowBuffer text = new(256);
    private readonly RowBuffer value = new(64);
    private NestedReader? reader;
    private bool isNull;
    private bool isKey;
    private ConversionFailure failure;

    /// <summary>Whether a field is a map of single values.</summary>
    public static bool Fits(ValueShape shape) =>
        shape is { Kind: ShapeKind.Map, Key.Kind: ShapeKind.Scalar, Value.Kind: ShapeKind.Scalar };

    /// <inheritdoc/>
    public override void Begin(RowSlice slice) => reader = new(slice, shape);

    /// <inheritdoc/>
    public override ConversionFailure Write(int row, RowBuffer target)
    {
        (isNull, isKey, failure) = (false, false, ConversionFailure.None);
        text.Length = 0;
        var self = this;
        reader!.Read(row, ref self);
        if (failure != ConversionFailure.None) return failure;
        if (!isNull) return encoder.Encode(text.Written, target);
        target.WriteNull();
        return ConversionFailure.None;
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
        else if (isKey) failure = ConversionFailure.InvalidSyntax;
        else QuotedText.Append("NULL"u8, text);
    }

    void IValueVisitor.Scalar(ColumnVector column, int slot)
    {
        value.Length = 0;
        if (!ScalarText.Append(column, slot, value)) failure = ConversionFailure.DatetimeOverflow;
        QuotedText.AppendQuoted(value.Written, text);
    }

    void IValueVisitor.BeginMap(ValueShape part)
    {
    }

    void IValueVisitor.Key(int index)
    {
        isKey = true;
        if (index > 0) QuotedText.Append(","u8, text);
    }

    void IValueVisitor.Value()
    {
        isKey = false;
        QuotedText.Append("=>"u8, text);
    }

    void IValueVisitor.EndMap(ValueShape part)
    {
    }

    // A map of single values has none of the parts below.
    void IValueVisitor.BeginStruct(ValueShape part) => throw new InvalidOperationException();

    void IValueVisitor.Field(ValueShape part) => throw new InvalidOperationException();

    void IValueVisitor.EndStruct(ValueShape part) => throw new InvalidOperationException();

    void IValueVisitor.BeginList(ValueShape part) => throw new InvalidOperationException();

    void IValueVisitor.Element(int index) => throw new InvalidOperationException();

    void IValueVisitor.EndList(ValueShape part) => throw new InvalidOperationException();
}
