using Ingest.Parquet.Schema;

namespace Ingest.Parquet.Vectors;

/// <summary>
/// Is told the parts of a nested value in order (<see cref="NestedReader"/>). A struct that implements it costs no
/// virtual call and no allocation.
/// </summary>
public interface IValueVisitor
{
    /// <summary>The value is null.</summary>
    /// <param name="shape">What it would have been.</param>
    void Null(ValueShape shape);

    /// <summary>A value that is there.</summary>
    /// <param name="vector">The column.</param>
    /// <param name="slot">The value's slot in it.</param>
    void Scalar(ColumnVector vector, int slot);

    /// <summary>A struct begins; each field follows with <see cref="Field"/> and its value.</summary>
    void BeginStruct(ValueShape shape);

    /// <summary>A field of the struct; its value follows.</summary>
    void Field(ValueShape field);

    /// <summary>The struct ends.</summary>
    void EndStruct(ValueShape shape);

    /// <summary>A list begins; each element follows with <see cref="Element"/> and its value.</summary>
    void BeginList(ValueShape shape);

    /// <summary>An element of the list; its value follows.</summary>
    /// <param name="index">Its position, from 0.</param>
    void Element(int index);

    /// <summary>The list ends.</summary>
    void EndList(ValueShape shape);

    /// <summary>A map begins; each entry follows with <see cref="Key"/>, its key, <see cref="Value"/>, its value.</summary>
    void BeginMap(ValueShape shape);

    /// <summary>The key of an entry follows.</summary>
    /// <param name="index">The entry's position, from 0.</param>
    void Key(int index);

    /// <summary>The value of the entry follows.</summary>
    void Value();

    /// <summary>The map ends.</summary>
    void EndMap(ValueShape shape);
}
