namespace Ingest.Parquet.Schema;

/// <summary>How a column's values are stored (parquet.thrift, <c>Type</c>).</summary>
public enum PhysicalType
{
    /// <summary>One bit.</summary>
    Boolean = 0,

    /// <summary>32 bits, little-endian, signed.</summary>
    Int32 = 1,

    /// <summary>64 bits, little-endian, signed.</summary>
    Int64 = 2,

    /// <summary>The deprecated 12-byte timestamp: nanoseconds of the day, then the Julian day.</summary>
    Int96 = 3,

    /// <summary>IEEE 754, 32 bits.</summary>
    Float = 4,

    /// <summary>IEEE 754, 64 bits.</summary>
    Double = 5,

    /// <summary>Bytes of any length.</summary>
    ByteArray = 6,

    /// <summary>Bytes of one length for the whole column.</summary>
    FixedLenByteArray = 7,
}
