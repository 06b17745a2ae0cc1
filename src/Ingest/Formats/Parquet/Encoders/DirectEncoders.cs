using Ingest.Convert;
using Ingest.Parquet.Schema;

namespace Ingest.Formats.Parquet.Encoders;

/// <summary>The pairs of a Parquet type and a PostgreSQL type between which no text is needed.</summary>
internal static class DirectEncoders
{
    /// <summary>interval's oid (pg_type.dat); no text is converted to interval here.</summary>
    public const uint IntervalOid = 1186;

    /// <summary>The writer of a field into a column, or null when its text must be converted.</summary>
    /// <param name="field">The field.</param>
    /// <param name="type">The column's type.</param>
    /// <param name="convert">How text converts.</param>
    public static FieldWriter? FindField(ValueShape field, PgType type, ConvertOptions convert)
    {
        if (field.Kind == ShapeKind.Scalar) return Find(field.Leaf!, type, convert) is { } direct ? new ScalarField(field.Leaf!, direct) : null;
        if (field.Kind != ShapeKind.List || field.Element!.Kind != ShapeKind.Scalar || ArrayTypes.ElementOf(type) is not { } element) return null;
        var leaf = field.Element.Leaf!;
        var encoder = Find(leaf, element, convert) ?? (EncoderCatalog.Find(element, FieldWriters.TextOptions(leaf, convert)) is { } text ? FieldWriters.FromText(leaf, text) : null);
        return encoder is null ? null : new ArrayField(field, element.Oid, encoder);
    }

    /// <summary>The encoder of a column's values, or null.</summary>
    /// <param name="leaf">The column.</param>
    /// <param name="type">The type that its values are written as.</param>
    /// <param name="convert">How text converts.</param>
    public static SlotEncoder? Find(LeafColumn leaf, PgType type, ConvertOptions convert)
    {
        if (type.Kind != 'b' || type.Schema != "pg_catalog") return null;
        return leaf.LogicalType.Kind switch
        {
            LogicalKind.Integer => FindInteger(leaf, type),
            LogicalKind.Decimal => FindDecimal(leaf, type),
            LogicalKind.Date => type.Oid == TypeOids.Date ? Inline<DateValue>(default) : null,
            LogicalKind.Time => type.Oid == TypeOids.Time ? Inline(new TimeValue(type.Modifier)) : null,
            LogicalKind.Timestamp => FindTimestamp(leaf, type, convert),
            LogicalKind.Interval => type is { Oid: IntervalOid, Modifier: < 0 } ? new IntervalSlotEncoder() : null,
            LogicalKind.Float16 => FindFloat(type),
            LogicalKind.Uuid => type.Oid is TypeOids.Uuid or TypeOids.Bytea ? Inline<BytesValue>(default) : null,
            LogicalKind.String or LogicalKind.Enum or LogicalKind.Json => null,
            _ => FindPhysical(leaf, type),
        };
    }

    private static SlotEncoder? FindPhysical(LeafColumn leaf, PgType type) => leaf.PhysicalType switch
    {
        PhysicalType.Boolean => type.Oid == TypeOids.Bool ? Inline<BoolValue>(default) : null,
        PhysicalType.Int32 => FindInteger<SignedInt32>(type),
        PhysicalType.Int64 => FindInteger<SignedInt64>(type),
        PhysicalType.Float or PhysicalType.Double => FindFloat(type),
        PhysicalType.ByteArray or PhysicalType.FixedLenByteArray => type.Oid == TypeOids.Bytea ? Inline<BytesValue>(default) : null,
        _ => null,
    };

    private static SlotEncoder? FindInteger(LeafColumn leaf, PgType type) => (leaf.PhysicalType, leaf.LogicalType.IsSigned) switch
    {
        (PhysicalType.Int32, true) => FindInteger<SignedInt32>(type),
        (PhysicalType.Int32, false) => FindInteger<UnsignedInt32>(type),
        (PhysicalType.Int64, true) => FindInteger<SignedInt64>(type),
        _ => FindInteger<UnsignedInt64>(type),
    };

    private static SlotEncoder? FindInteger<TSlot>(PgType type)
        where TSlot : IIntegerSlot => type.Oid switch
        {
            TypeOids.Int2 => Inline<Int2Value<TSlot>>(default),
            TypeOids.Int4 => Inline<Int4Value<TSlot>>(default),
            TypeOids.Int8 => Inline<Int8Value<TSlot>>(default),
            TypeOids.Numeric => new IntegerToNumericEncoder<TSlot>(type.Modifier),
            _ => null,
        };

    private static SlotEncoder? FindDecimal(LeafColumn leaf, PgType type) => type.Oid switch
    {
        TypeOids.Numeric => Inline(new DecimalValue(new(leaf.LogicalType.Scale, type.Modifier), new ConvertedSlotEncoder(new NumericEncoder(type.Modifier)))),
        TypeOids.Int2 => new DecimalToIntegerEncoder(new Int2Encoder()),
        TypeOids.Int4 => new DecimalToIntegerEncoder(new Int4Encoder()),
        TypeOids.Int8 => new DecimalToIntegerEncoder(new Int8Encoder()),
        _ => null,
    };

    private static SlotEncoder? FindFloat(PgType type) => type.Oid switch
    {
        TypeOids.Float4 => Inline<Float4Value>(default),
        TypeOids.Float8 => Inline<Float8Value>(default),
        TypeOids.Int2 => Inline(new FloatToIntegerValue(sizeof(short))),
        TypeOids.Int4 => Inline(new FloatToIntegerValue(sizeof(int))),
        TypeOids.Int8 => Inline(new FloatToIntegerValue(sizeof(long))),
        _ => null,
    };

    /// <summary>A local time in a timestamptz column depends on the session's time zone: under another than UTC, its text says so.</summary>
    private static SlotEncoder? FindTimestamp(LeafColumn leaf, PgType type, ConvertOptions convert) => type.Oid switch
    {
        TypeOids.TimestampTz when leaf.LogicalType.IsAdjustedToUtc || convert.IsUtc => Inline(new TimestampValue(type.Modifier)),
        TypeOids.Timestamp => Inline(new TimestampValue(type.Modifier)),
        TypeOids.Date => Inline<TimestampDayValue>(default),
        TypeOids.Time => Inline(new TimestampTimeValue(type.Modifier)),
        _ => null,
    };

    private static InlineSlotEncoder<TValue> Inline<TValue>(TValue value)
        where TValue : struct, ISlotValue => new(value);
}
