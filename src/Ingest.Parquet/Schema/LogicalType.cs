namespace Ingest.Parquet.Schema;

/// <summary>A logical type with its parameters (LogicalTypes.md).</summary>
/// <param name="Kind">The type.</param>
public sealed record LogicalType(LogicalKind Kind)
{
    /// <summary>No annotation.</summary>
    public static LogicalType None { get; } = new(LogicalKind.None);

    /// <summary>Integer: 8, 16, 32 or 64.</summary>
    public int BitWidth { get; init; }

    /// <summary>Integer: whether it is signed.</summary>
    public bool IsSigned { get; init; }

    /// <summary>Decimal: the number of digits.</summary>
    public int Precision { get; init; }

    /// <summary>Decimal: the number of digits after the point.</summary>
    public int Scale { get; init; }

    /// <summary>Time and timestamp: the unit.</summary>
    public TimeUnit Unit { get; init; }

    /// <summary>Time and timestamp: true for an instant (UTC), false for a local reading of the clock.</summary>
    public bool IsAdjustedToUtc { get; init; }

    /// <summary>Geometry and geography: the coordinate reference system, or null for OGC:CRS84.</summary>
    public string? Crs { get; init; }
}
