namespace Ingest.Convert;

/// <summary>How equality of a type's values relates to equality of their binary payloads.</summary>
internal enum KeyEquality : byte
{
    /// <summary>Equal values have equal bytes.</summary>
    Bytes,

    /// <summary>int2, int4, int8: as <see cref="Bytes"/>, and neighbours may be kept together.</summary>
    Integer,

    /// <summary>numeric: equal values may differ in the display scale and in zero digit groups.</summary>
    Numeric,

    /// <summary>float4, float8: −0 equals 0, and every NaN equals every other.</summary>
    Float,

    /// <summary>bpchar: trailing spaces do not count.</summary>
    Bpchar,

    /// <summary>Equality is coarser than any canonical form kept here (citext, jsonb): keys of this type need one lane.</summary>
    Coarser,
}
