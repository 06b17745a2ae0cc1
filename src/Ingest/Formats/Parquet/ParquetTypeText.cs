using Ingest.Parquet.Schema;

namespace Ingest.Formats.Parquet;

/// <summary>How a file stores a column, in the words of the format (parquet.thrift).</summary>
internal static class ParquetTypeText
{
    /// <summary>The physical type, then the annotation: <c>INT64 TIMESTAMP(MICROS, UTC)</c>.</summary>
    public static string Of(LeafColumn leaf)
    {
        var physical = leaf.PhysicalType switch
        {
            PhysicalType.ByteArray => "BYTE_ARRAY",
            PhysicalType.FixedLenByteArray => $"FIXED_LEN_BYTE_ARRAY({leaf.TypeLength})",
            _ => leaf.PhysicalType.ToString().ToUpperInvariant(),
        };
        return leaf.PhysicalType == PhysicalType.Int96 || Annotation(leaf.LogicalType) is not { } annotation ? physical : $"{physical} {annotation}";
    }

    private static string? Annotation(LogicalType type) => type.Kind switch
    {
        LogicalKind.None => null,
        LogicalKind.Integer => $"{(type.IsSigned ? "" : "U")}INT({type.BitWidth})",
        LogicalKind.Decimal => $"DECIMAL({type.Precision},{type.Scale})",
        LogicalKind.Time or LogicalKind.Timestamp => $"{Name(type)}({type.Unit.ToString().ToUpperInvariant()}{(type.IsAdjustedToUtc ? ", UTC" : "")})",
        _ => Name(type),
    };

    private static string Name(LogicalType type) => type.Kind.ToString().ToUpperInvariant();
}
