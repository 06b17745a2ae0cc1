namespace Ingest.Convert;

/// <summary>The limits of PostgreSQL's numeric format.</summary>
internal static class NumericLimits
{
    /// <summary>The most decimal digits before the point: 32,768 groups of four (a 16-bit weight).</summary>
    public const int DigitsBeforePoint = 131_072;

    /// <summary>The most decimal digits after the point (NUMERIC_DSCALE_MAX).</summary>
    public const int DisplayScale = 16_383;
}
