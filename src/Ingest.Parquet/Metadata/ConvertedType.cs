using Ingest.Parquet.Schema;

namespace Ingest.Parquet.Metadata;

/// <summary>The annotations of older files, as the logical types they became (LogicalTypes.md).</summary>
internal static class ConvertedType
{
    public static LogicalType ToLogical(int code, int precision, int scale) => code switch
    {
        0 => new(LogicalKind.String),
        1 or 2 => new(LogicalKind.Map),
        3 => new(LogicalKind.List),
        4 => new(LogicalKind.Enum),
        5 => new(LogicalKind.Decimal) { Precision = precision, Scale = scale },
        6 => new(LogicalKind.Date),
        7 => new(LogicalKind.Time) { Unit = TimeUnit.Millis, IsAdjustedToUtc = true },
        8 => new(LogicalKind.Time) { Unit = TimeUnit.Micros, IsAdjustedToUtc = true },
        9 => new(LogicalKind.Timestamp) { Unit = TimeUnit.Millis, IsAdjustedToUtc = true },
        10 => new(LogicalKind.Timestamp) { Unit = TimeUnit.Micros, IsAdjustedToUtc = true },
        11 or 12 or 13 or 14 => new(LogicalKind.Integer) { BitWidth = 8 << (code - 11) },
        15 or 16 or 17 or 18 => new(LogicalKind.Integer) { BitWidth = 8 << (code - 15), IsSigned = true },
        19 => new(LogicalKind.Json),
        20 => new(LogicalKind.Bson),
        21 => new(LogicalKind.Interval),
        _ => LogicalType.None,
    };
}
