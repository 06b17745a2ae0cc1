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

/// <summary>The limits of PostgreSQL's numeric format.</summary>
internal static class NumericLimits
{
    /// <summary>The most decimal digits before the point: 32,768 groups of four (a 16-bit weight).</summary>
    public const int DigitsBeforePoint = 131_072;

    /// <summary>The most decimal digits after the point (NUMERIC_DSCALE_MAX).</summary>
    public const int DisplayScale = 16_383;
}
