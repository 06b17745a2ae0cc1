using Ingest.Convert;
using Ingest.Parquet.Schema;

namespace Ingest.Formats.Parquet;

/// <summary>The natural column type of each Parquet field.</summary>
internal static class ParquetColumnType
{
    /// <summary>PostgreSQL's limit on a declared precision (NUMERIC_MAX_PRECISION).</summary>
    private const int MaxPrecision = 1000;

    /// <summary>The type, as SQL writes it.</summary>
    /// <param name="field">The field.</param>
    public static string Of(ValueShape field) => field.Kind switch
    {
        ShapeKind.Scalar => Of(field.Leaf!),
        ShapeKind.List when field.Element!.Kind == ShapeKind.Scalar => Of(field.Element.Leaf!) + "[]",
        _ => "jsonb",
    };

    /// <summary>pg_type.dat's oids of xid, cid and xid8, whose input takes the digits that a text begins with and leaves the rest.</summary>
    private static readonly HashSet<uint> TransactionIds = [28, 29, 5069];

    /// <summary>Whether values of a field can mean anything in a column of a type: numbers with a fraction and truth values are no dates, a map is no number.</summary>
    /// <param name="field">The field.</param>
    /// <param name="type">The column's type.</param>
    public static bool Converts(ValueShape field, PgType type)
    {
        if (field.Kind != ShapeKind.Scalar) return NestedTarget.Holds(field, type);
        if (TransactionIds.Contains(type.Oid)) return IsWhole(field.Leaf!);
        if (type.Oid is not (TypeOids.Date or TypeOids.Time or TypeOids.TimeTz or TypeOids.Timestamp or TypeOids.TimestampTz)) return true;
        var leaf = field.Leaf!;
        return leaf.LogicalType.Kind is not (LogicalKind.Decimal or LogicalKind.Float16 or LogicalKind.Uuid or LogicalKind.Interval)
            && leaf.PhysicalType is not (PhysicalType.Boolean or PhysicalType.Float or PhysicalType.Double);
    }

    private static bool IsWhole(LeafColumn leaf) => leaf.LogicalType.Kind is LogicalKind.Integer or LogicalKind.String
        || (leaf.LogicalType.Kind == LogicalKind.None && leaf.PhysicalType is PhysicalType.Int32 or PhysicalType.Int64 or PhysicalType.ByteArray);

    private static string Of(LeafColumn leaf) => leaf.LogicalType.Kind switch
    {
        LogicalKind.String or LogicalKind.Enum or LogicalKind.Unknown => "text",
        LogicalKind.Uuid => "uuid",
        LogicalKind.Integer => OfInteger(leaf.LogicalType),
        LogicalKind.Decimal => OfDecimal(leaf.LogicalType),
        LogicalKind.Date => "date",
        LogicalKind.Time => "time",
        LogicalKind.Timestamp => leaf.LogicalType.IsAdjustedToUtc ? "timestamptz" : "timestamp",
        LogicalKind.Interval => "interval",
        // Not jsonb, which would change the text.
        LogicalKind.Json => "json",
        LogicalKind.Float16 => "real",
        _ => OfPhysical(leaf.PhysicalType),
    };

    private static string OfInteger(LogicalType type) => (type.BitWidth, type.IsSigned) switch
    {
        (8, _) or (16, true) => "smallint",
        (16, false) or (32, true) => "integer",
        (32, false) or (64, true) => "bigint",
        _ => "numeric(20)",
    };

    private static string OfDecimal(LogicalType type) =>
        type.Precision is > 0 and <= MaxPrecision ? $"numeric({type.Precision},{type.Scale})" : "numeric";

    private static string OfPhysical(PhysicalType type) => type switch
    {
        PhysicalType.Boolean => "boolean",
        PhysicalType.Int32 => "integer",
        PhysicalType.Int64 => "bigint",
        PhysicalType.Int96 => "timestamp",
        PhysicalType.Float => "real",
        PhysicalType.Double => "double precision",
        _ => "bytea",
    };
}
