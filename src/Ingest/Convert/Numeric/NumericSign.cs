namespace Ingest.Convert;

/// <summary>The sign word of numeric's binary format (numeric.c, NUMERIC_POS and its kin).</summary>
internal enum NumericSign : ushort
{
    /// <summary>Zero or more.</summary>
    Positive = 0x0000,

    /// <summary>Less than zero.</summary>
    Negative = 0x4000,

    /// <summary>Not a number.</summary>
    NaN = 0xC000,

    /// <summary>Infinity, from PostgreSQL 14 on.</summary>
    PositiveInfinity = 0xD000,

    /// <summary>−Infinity, from PostgreSQL 14 on.</summary>
    NegativeInfinity = 0xF000,
}
