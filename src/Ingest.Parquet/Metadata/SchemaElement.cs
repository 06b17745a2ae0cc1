using Ingest.Parquet.Schema;

namespace Ingest.Parquet.Metadata;

/// <summary>A node of the schema as the footer lists it, depth first (parquet.thrift, <c>SchemaElement</c>).</summary>
internal sealed record SchemaElement
{
    public PhysicalType? Type { get; init; }

    public int TypeLength { get; init; }

    public Repetition Repetition { get; init; }

    public string Name { get; init; } = "";

    public int ChildCount { get; init; }

    public LogicalType LogicalType { get; init; } = LogicalType.None;

    public int? FieldId { get; init; }
}
