using System.Globalization;

namespace Ingest.Lanes;

/// <summary>How many rejects a run may have: a count, or a share of the records read.</summary>
/// <param name="Count">The most rejects, or null.</param>
/// <param name="Percent">The largest share in percent (0 to 100), or null.</param>
public readonly record struct RejectLimit(long? Count, decimal? Percent)
{
    /// <summary>No reject is allowed.</summary>
    public static RejectLimit None => new(0, null);

    /// <summary>Whether so many rejects of so many records are allowed.</summary>
    public bool Allows(long rejects, long records) => Percent is { } percent ? rejects * 100m <= percent * records : rejects <= (Count ?? 0);

    /// <summary>Reads <c>N</c> or <c>P%</c>.</summary>
    public static bool TryParse(string text, out RejectLimit limit)
    {
        limit = None;
        if (text.EndsWith('%'))
        {
            if (!decimal.TryParse(text[..^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent)
                || percent > 100) return false;
            limit = new(null, percent);
            return true;
        }
        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count)) return false;
        limit = new(count, null);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => Percent is { } p
        ? p.ToString(CultureInfo.InvariantCulture) + "%"
        : (Count ?? 0).ToString(CultureInfo.InvariantCulture);
}
