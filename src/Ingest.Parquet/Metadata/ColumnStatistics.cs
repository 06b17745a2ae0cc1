namespace Ingest.Parquet.Metadata;

/// <summary>
/// What the writer says of a chunk's values (parquet.thrift, <c>Statistics</c>). Nothing here is verified.
/// </summary>
public sealed record ColumnStatistics
{
    /// <summary>The number of nulls, or null where not given.</summary>
    public long? NullCount { get; init; }

    /// <summary>The number of distinct values, or null where not given.</summary>
    public long? DistinctCount { get; init; }

    /// <summary>The smallest value in PLAIN encoding without a length, or null where not given.</summary>
    public ReadOnlyMemory<byte>? Min { get; init; }

    /// <summary>The largest value in PLAIN encoding without a length, or null where not given.</summary>
    public ReadOnlyMemory<byte>? Max { get; init; }

    /// <summary>Whether the bounds come from the deprecated fields, whose order is undefined for text and unsigned numbers.</summary>
    public bool IsDeprecatedOrder { get; init; }
}
