using Ingest.Parquet.Schema;

namespace Ingest.Parquet.Metadata;

/// <summary>Builds the schema tree from the footer's depth-first list of elements.</summary>
internal sealed class SchemaTree(IReadOnlyList<SchemaElement> elements, ParquetLimits limits)
{
    private readonly List<LeafColumn> leaves = [];
    private int next;

    public static ParquetSchema Build(IReadOnlyList<SchemaElement> elements, ParquetLimits limits) =>
        new SchemaTree(elements, limits).Build();

    private ParquetSchema Build()
    {
        if (elements.Count == 0) throw ParquetErrors.Corrupt("the schema is empty");
        var root = elements[next++];
        if (root.Type is not null) throw ParquetErrors.Corrupt("the root of the schema is a column");
        var node = new SchemaNode(null, root.Name, Repetition.Required, LogicalType.None, null);
        AddChildren(node, root.ChildCount, 1);
        if (next != elements.Count) throw ParquetErrors.Corrupt($"the schema has {elements.Count - next} elements that belong to no group");
        return new ParquetSchema(node, leaves);
    }

    private void AddChildren(SchemaNode parent, int count, int depth)
    {
        // Levels are kept as bytes, and the recursion must end well before the stack does.
        if (depth > Math.Min(limits.MaxSchemaDepth, 120))
            throw ParquetErrors.Limit("the depth of the schema", depth, limits.MaxSchemaDepth, "fewer levels");
        if (count < 0 || count > elements.Count - next)
            throw ParquetErrors.Corrupt($"a group of the schema declares {count} fields where {elements.Count - next} are left");
        for (var i = 0; i < count; i++)
        {
            if (next >= elements.Count) throw ParquetErrors.Corrupt("the schema ends inside a group");
            var element = elements[next++];
            var node = new SchemaNode(parent, element.Name, element.Repetition, element.LogicalType, element.FieldId);
            parent.Add(node);
            if (element.Type is { } type) node.Leaf = Leaf(node, element, type);
            else if (element.ChildCount > 0) AddChildren(node, element.ChildCount, depth + 1);
            else throw ParquetErrors.Corrupt($"the group {node.Path} has no fields");
        }
    }

    private LeafColumn Leaf(SchemaNode node, SchemaElement element, PhysicalType type)
    {
        if (element.ChildCount != 0) throw ParquetErrors.Corrupt($"the column {node.Path} has a type and fields");
        var length = type switch
        {
            PhysicalType.Int96 => 12,
            PhysicalType.FixedLenByteArray => element.TypeLength,
            _ => 0,
        };
        if (length < 0 || length > limits.MaxPageBytes || (length == 0 && type == PhysicalType.FixedLenByteArray))
            throw ParquetErrors.Corrupt($"the column {node.Path} has values of {length} bytes");
        var leaf = new LeafColumn(leaves.Count, node, type, length);
        leaves.Add(leaf);
        return leaf;
    }
}
