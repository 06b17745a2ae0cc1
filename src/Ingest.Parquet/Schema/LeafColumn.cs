namespace Ingest.Parquet.Schema;

/// <summary>A column that is stored: a leaf of the schema.</summary>
public sealed class LeafColumn
{
    internal LeafColumn(int index, SchemaNode node, PhysicalType physicalType, int typeLength)
    {
        Index = index;
        Node = node;
        PhysicalType = physicalType;
        TypeLength = typeLength;
    }

    /// <summary>The position among the leaves, which is also that of its chunk in each row group.</summary>
    public int Index { get; }

    /// <summary>The leaf in the schema tree.</summary>
    public SchemaNode Node { get; }

    /// <summary>How the values are stored.</summary>
    public PhysicalType PhysicalType { get; }

    /// <summary>The bytes of a value of a fixed-length type (INT96: 12), 0 for byte arrays, booleans and numbers.</summary>
    public int TypeLength { get; }

    /// <summary>What the values mean.</summary>
    public LogicalType LogicalType => Node.LogicalType;

    /// <summary>The names from the root down, joined by points.</summary>
    public string Path => Node.Path;

    /// <summary>The definition level of a value that is there.</summary>
    public int MaxDefinitionLevel => Node.MaxDefinitionLevel;

    /// <summary>The number of repeated fields on the way to the leaf; 0 for a column with one entry per row.</summary>
    public int MaxRepetitionLevel => Node.MaxRepetitionLevel;

    /// <inheritdoc/>
    public override string ToString() => Path;
}
