namespace Ingest.Parquet.Schema;

/// <summary>A group or a leaf of the schema tree, as the file declares it.</summary>
public sealed class SchemaNode
{
    private readonly List<SchemaNode> children = [];

    internal SchemaNode(SchemaNode? parent, string name, Repetition repetition, LogicalType logicalType, int? fieldId)
    {
        Parent = parent;
        Name = name;
        Repetition = repetition;
        LogicalType = logicalType;
        FieldId = fieldId;
        if (parent is null) return;
        Path = parent.Parent is null ? name : parent.Path + "." + name;
        MaxDefinitionLevel = parent.MaxDefinitionLevel + (repetition == Repetition.Required ? 0 : 1);
        MaxRepetitionLevel = parent.MaxRepetitionLevel + (repetition == Repetition.Repeated ? 1 : 0);
    }

    /// <summary>The group that the node is in, or null for the root.</summary>
    public SchemaNode? Parent { get; }

    /// <summary>The field's name; names need not be unique.</summary>
    public string Name { get; }

    /// <summary>The names from the root down, joined by points; empty for the root.</summary>
    public string Path { get; } = "";

    /// <summary>How often the field occurs in its parent.</summary>
    public Repetition Repetition { get; }

    /// <summary>The annotation.</summary>
    public LogicalType LogicalType { get; }

    /// <summary>The identifier that some table formats give a field.</summary>
    public int? FieldId { get; }

    /// <summary>The fields of a group, in file order; empty for a leaf.</summary>
    public IReadOnlyList<SchemaNode> Children => children;

    /// <summary>The column of a leaf, or null for a group.</summary>
    public LeafColumn? Leaf { get; internal set; }

    /// <summary>The definition level at which the node is there.</summary>
    public int MaxDefinitionLevel { get; }

    /// <summary>The number of repeated nodes from the root to this one.</summary>
    public int MaxRepetitionLevel { get; }

    /// <summary>Whether another node declares the same, down to its leaves; identifiers of fields do not matter.</summary>
    public bool IsSameAs(SchemaNode other) =>
        Name == other.Name && Repetition == other.Repetition && LogicalType == other.LogicalType
        && (Leaf?.PhysicalType, Leaf?.TypeLength) == (other.Leaf?.PhysicalType, other.Leaf?.TypeLength)
        && children.Count == other.children.Count && children.Zip(other.children).All(c => c.First.IsSameAs(c.Second));

    internal void Add(SchemaNode child) => children.Add(child);

    /// <inheritdoc/>
    public override string ToString() => Path;
}
