namespace Ingest.Parquet.Schema;

/// <summary>What a column's values mean (LogicalTypes.md); converted types are read as the logical type they became.</summary>
public enum LogicalKind
{
    /// <summary>No annotation, or one newer than this reader: the physical type is all there is to know.</summary>
    None,

    /// <summary>UTF-8 text.</summary>
    String,

    /// <summary>UTF-8 text of an enumeration.</summary>
    Enum,

    /// <summary>16 bytes, big-endian.</summary>
    Uuid,

    /// <summary>An integer of 8 to 64 bits, signed or not.</summary>
    Integer,

    /// <summary>An unscaled two's complement integer: INT32 and INT64 little-endian, byte arrays big-endian.</summary>
    Decimal,

    /// <summary>INT32: days since 1970-01-01.</summary>
    Date,

    /// <summary>INT32 (millis) or INT64: time of day since midnight.</summary>
    Time,

    /// <summary>INT64: time since 1970-01-01 00:00:00. INT96 columns have this kind too, in nanoseconds.</summary>
    Timestamp,

    /// <summary>12 bytes: months, days and milliseconds, each 32 bits, little-endian, unsigned.</summary>
    Interval,

    /// <summary>JSON as UTF-8 text.</summary>
    Json,

    /// <summary>BSON bytes.</summary>
    Bson,

    /// <summary>2 bytes: IEEE 754 half precision, little-endian.</summary>
    Float16,

    /// <summary>A group: a list.</summary>
    List,

    /// <summary>A group: a map.</summary>
    Map,

    /// <summary>Well-known binary, planar edges.</summary>
    Geometry,

    /// <summary>Well-known binary, edges on a sphere or spheroid.</summary>
    Geography,

    /// <summary>A column that is always null.</summary>
    Unknown,

    /// <summary>A group of VARIANT's binary parts; recognised, not read.</summary>
    Variant,
}
