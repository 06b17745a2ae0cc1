namespace Ingest.Parquet.Schema;

/// <summary>Recognises lists and maps in a schema tree (LogicalTypes.md, "Nested Types").</summary>
internal static class ShapeBuilder
{
    public static ValueShape Build(SchemaNode node) => node.Repetition == Repetition.Repeated
        ? RepeatedField(node)
        : Single(node, node.Repetition == Repetition.Optional);

    // A repeated field outside LIST and MAP is a required list of required elements.
    private static ValueShape RepeatedField(SchemaNode node)
    {
        var element = Single(node, isOptional: false);
        return new ValueShape(ShapeKind.List, node, isOptional: false, node.MaxDefinitionLevel - 1)
        {
            Element = element,
            FirstLeaf = element.FirstLeaf,
            LeafCount = element.LeafCount,
            ElementDefinitionLevel = node.MaxDefinitionLevel,
            ElementRepetitionLevel = node.MaxRepetitionLevel,
        };
    }

    private static ValueShape Single(SchemaNode node, bool isOptional)
    {
        if (node.Leaf is { } leaf)
        {
            return new ValueShape(ShapeKind.Scalar, node, isOptional, node.MaxDefinitionLevel)
            {
                FirstLeaf = leaf.Index,
                LeafCount = 1,
            };
        }
        if (node.LogicalType.Kind == LogicalKind.List && IsList(node)) return List(node, node.Children[0], isOptional);
        if (node.LogicalType.Kind == LogicalKind.Map && IsMap(node)) return Map(node, node.Children[0], isOptional);
        return Struct(node, isOptional);
    }

    private static ValueShape Struct(SchemaNode node, bool isOptional)
    {
        var fields = new ValueShape[node.Children.Count];
        for (var i = 0; i < fields.Length; i++) fields[i] = Build(node.Children[i]);
        return new ValueShape(ShapeKind.Struct, node, isOptional, node.MaxDefinitionLevel)
        {
            Fields = fields,
            FirstLeaf = fields[0].FirstLeaf,
            LeafCount = LeavesOf(fields),
        };
    }

    private static ValueShape List(SchemaNode node, SchemaNode repeated, bool isOptional)
    {
        var element = ElementIsRepeatedNode(node, repeated) ? Single(repeated, isOptional: false) : Build(repeated.Children[0]);
        return new ValueShape(ShapeKind.List, node, isOptional, node.MaxDefinitionLevel)
        {
            Element = element,
            FirstLeaf = element.FirstLeaf,
            LeafCount = element.LeafCount,
            ElementDefinitionLevel = repeated.MaxDefinitionLevel,
            ElementRepetitionLevel = repeated.MaxRepetitionLevel,
        };
    }

    // The rules for files written before the three-level layout, in the order of the specification.
    private static bool ElementIsRepeatedNode(SchemaNode list, SchemaNode repeated)
    {
        if (repeated.Leaf is not null || repeated.Children.Count > 1) return true;
        if (repeated.LogicalType.Kind is LogicalKind.List or LogicalKind.Map) return true;
        if (repeated.Children[0].Repetition == Repetition.Repeated) return true;
        return repeated.Name == "array" || repeated.Name == list.Name + "_tuple";
    }

    // A map whose value column is missing is a set of its keys, and is read as a list of them.
    private static ValueShape Map(SchemaNode node, SchemaNode repeated, bool isOptional)
    {
        var key = Build(repeated.Children[0]);
        var value = repeated.Children.Count == 2 ? Build(repeated.Children[1]) : null;
        return new ValueShape(value is null ? ShapeKind.List : ShapeKind.Map, node, isOptional, node.MaxDefinitionLevel)
        {
            Element = value is null ? key : null,
            Key = value is null ? null : key,
            Value = value,
            FirstLeaf = key.FirstLeaf,
            LeafCount = key.LeafCount + (value?.LeafCount ?? 0),
            ElementDefinitionLevel = repeated.MaxDefinitionLevel,
            ElementRepetitionLevel = repeated.MaxRepetitionLevel,
        };
    }

    private static bool IsList(SchemaNode node) =>
        node.Children.Count == 1 && node.Children[0].Repetition == Repetition.Repeated;

    private static bool IsMap(SchemaNode node) =>
        IsList(node) && node.Children[0].Leaf is null && node.Children[0].Children.Count is (1 or 2)
        && node.Children[0].Children[0].Repetition != Repetition.Repeated;

    private static int LeavesOf(ValueShape[] fields)
    {
        var count = 0;
        foreach (var field in fields) count += field.LeafCount;
        return count;
    }
}
