namespace Ingest.Parquet.Schema;

/// <summary>The schema of a file: the tree as declared, its leaves, and the fields as a reader sees them.</summary>
public sealed class ParquetSchema
{
    internal ParquetSchema(SchemaNode root, IReadOnlyList<LeafColumn> leaves)
    {
        Root = root;
        Leaves = leaves;
        var fields = new ValueShape[root.Children.Count];
        for (var i = 0; i < fields.Length; i++) fields[i] = ShapeBuilder.Build(root.Children[i]);
        Fields = fields;
    }

    /// <summary>The root group; its own name means nothing.</summary>
    public SchemaNode Root { get; }

    /// <summary>All columns that are stored, in file order.</summary>
    public IReadOnlyList<LeafColumn> Leaves { get; }

    /// <summary>
    /// The fields of a row, with lists and maps recognised (also the legacy layouts); one per child of the root.
    /// </summary>
    public IReadOnlyList<ValueShape> Fields { get; }

    /// <summary>The first field of that name, compared byte for byte, or null.</summary>
    public ValueShape? Find(string name)
    {
        foreach (var field in Fields)
        {
            if (string.Equals(field.Name, name, StringComparison.Ordinal)) return field;
        }
        return null;
    }
}
