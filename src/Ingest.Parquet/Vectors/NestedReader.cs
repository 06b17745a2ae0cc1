using Ingest.Parquet.Schema;

namespace Ingest.Parquet.Vectors;

/// <summary>
/// Puts the value of a field together from the levels of its columns (the Dremel paper, "Record assembly"), row by row
/// and in any order of rows. The columns of a field must agree on where lists begin and end and on which structs are
/// null; a file in which they do not is corrupt.
/// </summary>
public sealed class NestedReader
{
    private readonly RowSlice slice;
    private readonly ValueShape field;
    private readonly ColumnVector[] vectors;
    private readonly int[] slots;
    private readonly int[] ends;

    /// <summary>A reader for one field of a slice; valid as long as the slice.</summary>
    /// <param name="slice">The rows; the field must be among those asked for.</param>
    /// <param name="field">A field of <see cref="ParquetSchema.Fields"/>, of any shape.</param>
    public NestedReader(RowSlice slice, ValueShape field)
    {
        this.slice = slice;
        this.field = field;
        vectors = new ColumnVector[field.LeafCount];
        slots = new int[field.LeafCount];
        ends = new int[field.LeafCount];
        for (var i = 0; i < vectors.Length; i++) vectors[i] = slice.ForLeaf(field.FirstLeaf + i);
    }

    /// <summary>Tells <paramref name="visitor"/> the value of a row.</summary>
    /// <param name="row">The row in the slice, from 0.</param>
    /// <param name="visitor">Who is told.</param>
    /// <exception cref="ParquetException">The columns of the field contradict each other.</exception>
    public void Read<TVisitor>(int row, ref TVisitor visitor)
        where TVisitor : IValueVisitor, allows ref struct
    {
        for (var i = 0; i < vectors.Length; i++)
        {
            var starts = vectors[i].RowStarts;
            slots[i] = starts.IsEmpty ? row : starts[row];
            ends[i] = starts.IsEmpty ? row + 1 : starts[row + 1];
        }
        Read(field, ref visitor);
        for (var i = 0; i < vectors.Length; i++)
        {
            if (slots[i] != ends[i]) throw Disagreement(field);
        }
    }

    private void Read<TVisitor>(ValueShape shape, ref TVisitor visitor)
        where TVisitor : IValueVisitor, allows ref struct
    {
        // A definition level below the shape's own says that it, or something around it, is null.
        if (shape.IsOptional && Definition(First(shape)) < shape.DefinitionLevel)
        {
            Absent(shape, shape.DefinitionLevel);
            visitor.Null(shape);
            return;
        }
        Present(shape, shape.DefinitionLevel);
        switch (shape.Kind)
        {
            case ShapeKind.Scalar: ReadScalar(shape, ref visitor); break;
            case ShapeKind.Struct: ReadStruct(shape, ref visitor); break;
            case ShapeKind.List: ReadList(shape, ref visitor); break;
            default: ReadMap(shape, ref visitor); break;
        }
    }

    private void ReadScalar<TVisitor>(ValueShape shape, ref TVisitor visitor)
        where TVisitor : IValueVisitor, allows ref struct
    {
        var leaf = First(shape);
        if (Definition(leaf) != shape.DefinitionLevel) throw Disagreement(shape);
        visitor.Scalar(vectors[leaf], slots[leaf]++);
    }

    private void ReadStruct<TVisitor>(ValueShape shape, ref TVisitor visitor)
        where TVisitor : IValueVisitor, allows ref struct
    {
        visitor.BeginStruct(shape);
        foreach (var child in shape.Fields)
        {
            visitor.Field(child);
            Read(child, ref visitor);
        }
        visitor.EndStruct(shape);
    }

    private void ReadList<TVisitor>(ValueShape shape, ref TVisitor visitor)
        where TVisitor : IValueVisitor, allows ref struct
    {
        visitor.BeginList(shape);
        if (IsEmpty(shape))
        {
            Absent(shape, shape.ElementDefinitionLevel);
        }
        else
        {
            Present(shape, shape.ElementDefinitionLevel);
            var index = 0;
            do
            {
                visitor.Element(index++);
                Read(shape.Element!, ref visitor);
            }
            while (Continues(shape));
        }
        visitor.EndList(shape);
    }

    private void ReadMap<TVisitor>(ValueShape shape, ref TVisitor visitor)
        where TVisitor : IValueVisitor, allows ref struct
    {
        visitor.BeginMap(shape);
        if (IsEmpty(shape))
        {
            Absent(shape, shape.ElementDefinitionLevel);
        }
        else
        {
            Present(shape, shape.ElementDefinitionLevel);
            var index = 0;
            do
            {
                visitor.Key(index++);
                Read(shape.Key!, ref visitor);
                visitor.Value();
                Read(shape.Value!, ref visitor);
            }
            while (Continues(shape));
        }
        visitor.EndMap(shape);
    }

    private bool IsEmpty(ValueShape shape) => Definition(First(shape)) < shape.ElementDefinitionLevel;

    // Whether each column's next entry begins a further element of this list; all must say the same.
    private bool Continues(ValueShape shape)
    {
        var first = First(shape);
        var continues = ContinuesIn(first, shape.ElementRepetitionLevel);
        for (var leaf = first + 1; leaf < first + shape.LeafCount; leaf++)
        {
            if (ContinuesIn(leaf, shape.ElementRepetitionLevel) != continues) throw Disagreement(shape);
        }
        if (continues) Present(shape, shape.ElementDefinitionLevel);
        return continues;
    }

    private bool ContinuesIn(int leaf, int level) =>
        slots[leaf] < ends[leaf] && vectors[leaf].RepetitionLevels[slots[leaf]] == level;

    // What one column says is there must be there in all of them.
    private void Present(ValueShape shape, int level)
    {
        var first = First(shape);
        for (var leaf = first; leaf < first + shape.LeafCount; leaf++)
        {
            if (Definition(leaf) < level) throw Disagreement(shape);
        }
    }

    // Passes over the one entry that every column has for something that is null or empty.
    private void Absent(ValueShape shape, int below)
    {
        var first = First(shape);
        for (var leaf = first; leaf < first + shape.LeafCount; leaf++)
        {
            if (Definition(leaf) >= below) throw Disagreement(shape);
            slots[leaf]++;
        }
    }

    private int Definition(int leaf)
    {
        if (slots[leaf] >= ends[leaf]) throw Disagreement(field);
        var levels = vectors[leaf].DefinitionLevels;
        return levels.IsEmpty ? 0 : levels[slots[leaf]];
    }

    private int First(ValueShape shape) => shape.FirstLeaf - field.FirstLeaf;

    private ParquetException Disagreement(ValueShape shape) =>
        ParquetErrors.Corrupt("the columns of a nested value disagree on which parts of it are there")
            .At(slice.File, slice.Group.Index, shape.Node.Path);
}
