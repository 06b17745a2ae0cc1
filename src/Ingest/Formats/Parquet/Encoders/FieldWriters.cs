using Ingest.Convert;
using Ingest.Parquet.Schema;

namespace Ingest.Formats.Parquet.Encoders;

/// <summary>Chooses how a field is written into its column: straight, as text, or as JSON.</summary>
internal static class FieldWriters
{
    /// <summary>The writer of a field.</summary>
    /// <param name="field">The field.</param>
    /// <param name="column">The column.</param>
    /// <param name="convert">How text converts.</param>
    public static FieldWriter Create(ValueShape field, RowColumn column, ConvertOptions convert)
    {
        // A column that is staged as text is given text.
        var isText = column.Sql.CastType is not null;
        if (!isText && DirectEncoders.FindField(field, column.Type, convert) is { } direct) return direct;
        if (field.Kind != ShapeKind.Scalar) return CreateNested(field, column);
        var leaf = field.Leaf!;
        var encoder = isText ? column.Encoder : EncoderCatalog.Find(column.Type, TextOptions(leaf, convert)) ?? column.Encoder;
        return new ScalarField(leaf, FromText(leaf, encoder));
    }

    private static FieldWriter CreateNested(ValueShape field, RowColumn column)
    {
        if (NestedTarget.IsComposite(column.Type)) return new CompositeField(field, column.Type.Attributes, column.Encoder);
        return NestedTarget.IsHstore(column.Type) ? new HstoreField(field, column.Encoder) : new JsonField(field, column.Encoder);
    }

    /// <summary>The encoder of a column's values through their text.</summary>
    public static SlotEncoder FromText(LeafColumn leaf, FieldEncoder encoder) =>
        ScalarText.IsText(leaf) ? new InlineSlotEncoder<TextValue>(new(encoder)) : new ConvertedSlotEncoder(encoder);

    /// <summary>What the user said of how values are written holds for text alone; the text of other values is ISO.</summary>
    public static ConvertOptions TextOptions(LeafColumn leaf, ConvertOptions convert) =>
        ScalarText.IsText(leaf) ? convert : convert with { DateFormats = [], DecimalComma = false };

    /// <summary>The same for a field of any shape: it is of text when a part of it is.</summary>
    public static ConvertOptions TextOptions(ValueShape field, ConvertOptions convert) =>
        HasText(field) ? convert : convert with { DateFormats = [], DecimalComma = false };

    private static bool HasText(ValueShape field) => field.Leaf is { } leaf
        ? ScalarText.IsText(leaf)
        : field.Fields.Concat([field.Element, field.Key, field.Value]).Any(part => part is not null && HasText(part));
}
