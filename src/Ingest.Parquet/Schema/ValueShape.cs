namespace Ingest.Parquet.Schema;

/// <summary>What a value is to a reader.</summary>
public enum ShapeKind
{
    /// <summary>One value of a column.</summary>
    Scalar,

    /// <summary>Named fields.</summary>
    Struct,

    /// <summary>Elements in order.</summary>
    List,

    /// <summary>Keys with values, in order.</summary>
    Map,
}

/// <summary>
/// A field as a reader sees it: scalars, structs, lists and maps, without the groups that Parquet puts between
/// (LogicalTypes.md, "Nested Types" and its backward-compatibility rules).
/// </summary>
public sealed class ValueShape
{
    internal ValueShape(ShapeKind kind, SchemaNode node, bool isOptional, int level)
    {
        Kind = kind;
        Node = node;
        IsOptional = isOptional;
        DefinitionLevel = level;
    }

    /// <summary>What the value is.</summary>
    public ShapeKind Kind { get; }

    /// <summary>The node that declares the value.</summary>
    public SchemaNode Node { get; }

    /// <summary>The field's name.</summary>
    public string Name => Node.Name;

    /// <summary>Whether the value can be null.</summary>
    public bool IsOptional { get; }

    /// <summary>The column of a scalar, else null.</summary>
    public LeafColumn? Leaf => Kind == ShapeKind.Scalar ? Node.Leaf : null;

    /// <summary>The fields of a struct, in file order; else empty.</summary>
    public IReadOnlyList<ValueShape> Fields { get; internal init; } = [];

    /// <summary>The element of a list, else null.</summary>
    public ValueShape? Element { get; internal init; }

    /// <summary>The key of a map, else null.</summary>
    public ValueShape? Key { get; internal init; }

    /// <summary>The value of a map, else null.</summary>
    public ValueShape? Value { get; internal init; }

    /// <summary>A name that two fields of one struct in the value have, or null.</summary>
    public string? RepeatedField => Fields.GroupBy(f => f.Name, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1)?.Key
        ?? Fields.Concat([Element, Key, Value]).Select(part => part?.RepeatedField).FirstOrDefault(name => name is not null);

    /// <summary>The index of the first leaf below (or of the scalar itself).</summary>
    public int FirstLeaf { get; internal init; }

    /// <summary>The number of leaves below; they follow each other.</summary>
    public int LeafCount { get; internal init; }

    /// <summary>Whether the value is one scalar per row, so that its vector can be read by row.</summary>
    public bool IsFlat => Kind == ShapeKind.Scalar && Node.MaxRepetitionLevel == 0;

    /// <summary>A definition level below this one means null (or an absent ancestor).</summary>
    internal int DefinitionLevel { get; }

    /// <summary>Lists and maps: a definition level below this one means that there are no elements.</summary>
    internal int ElementDefinitionLevel { get; init; }

    /// <summary>Lists and maps: the repetition level with which a further element begins.</summary>
    internal int ElementRepetitionLevel { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Node.Path;
}
