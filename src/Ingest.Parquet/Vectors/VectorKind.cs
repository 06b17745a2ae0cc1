namespace Ingest.Parquet.Vectors;

/// <summary>How a vector's slots are typed; it follows from the physical type.</summary>
public enum VectorKind
{
    /// <summary>BOOLEAN: <see cref="ColumnVector.Booleans"/>.</summary>
    Boolean,

    /// <summary>INT32: <see cref="ColumnVector.Int32s"/>.</summary>
    Int32,

    /// <summary>INT64: <see cref="ColumnVector.Int64s"/>.</summary>
    Int64,

    /// <summary>FLOAT: <see cref="ColumnVector.Floats"/>.</summary>
    Float,

    /// <summary>DOUBLE: <see cref="ColumnVector.Doubles"/>.</summary>
    Double,

    /// <summary>BYTE_ARRAY, FIXED_LEN_BYTE_ARRAY and INT96: <see cref="ColumnVector.Bytes"/>.</summary>
    Bytes,
}
