namespace Ingest.Formats.Csv;

/// <summary>What all values of a column so far have in common.</summary>
internal sealed class ColumnShape
{
    /// <summary>The kinds that no value has excluded.</summary>
    public ValueKinds Possible { get; set; } = ValueKinds.All;

    /// <summary>The values seen, NULLs included.</summary>
    public long Observed { get; set; }

    /// <summary>The NULLs among them.</summary>
    public long Nulls { get; set; }

    /// <summary>The largest magnitude of an integer.</summary>
    public ulong Largest { get; set; }

    /// <summary>Whether a finite number was among the values.</summary>
    public bool SawNumber { get; set; }

    /// <summary>Whether a number had an exponent.</summary>
    public bool SawExponent { get; set; }

    /// <summary>The <see cref="BooleanWords"/> that were seen.</summary>
    public int Words { get; set; }

    /// <summary>The patterns that all values are dates in, where the user has named none.</summary>
    public DateFormatGuess Dates { get; } = new();
}
