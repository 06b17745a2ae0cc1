namespace Ingest.Manifest;

/// <summary>
/// The accounting identity of a file or run:
/// <c>read = inserted + updated + unchanged + skipped + superseded + rejected</c>.
/// </summary>
public readonly record struct LoadCounts
{
    /// <summary>Records read from the source.</summary>
    public long Read { get; init; }

    /// <summary>Rows inserted.</summary>
    public long Inserted { get; init; }

    /// <summary>Rows updated.</summary>
    public long Updated { get; init; }

    /// <summary>Records equal to the row that was there already.</summary>
    public long Unchanged { get; init; }

    /// <summary>Records ignored because their key was there already.</summary>
    public long Skipped { get; init; }

    /// <summary>Records that another record of the same key replaced.</summary>
    public long Superseded { get; init; }

    /// <summary>Records kept as rejects.</summary>
    public long Rejected { get; init; }

    /// <summary>Whether every record read is accounted for.</summary>
    public bool IsBalanced => Read == Inserted + Updated + Unchanged + Skipped + Superseded + Rejected;

    /// <summary>The sum of two counts.</summary>
    public static LoadCounts operator +(LoadCounts left, LoadCounts right) => Add(left, right);

    /// <summary>The sum of two counts.</summary>
    public static LoadCounts Add(LoadCounts left, LoadCounts right) => new()
    {
        Read = left.Read + right.Read,
        Inserted = left.Inserted + right.Inserted,
        Updated = left.Updated + right.Updated,
        Unchanged = left.Unchanged + right.Unchanged,
        Skipped = left.Skipped + right.Skipped,
        Superseded = left.Superseded + right.Superseded,
        Rejected = left.Rejected + right.Rejected,
    };
}
