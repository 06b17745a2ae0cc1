namespace Ingest.Postgres;

/// <summary>What the statements of a lane are built from.</summary>
/// <param name="Target">The table that rows end up in: quoted, with its schema.</param>
/// <param name="Columns">The columns in stage order.</param>
/// <param name="Conflict">What a row that is there already leads to.</param>
/// <param name="ReturnsXmax">Whether system columns can be returned: not from a partitioned table, nor to a role that may only read some columns.</param>
internal sealed record MergeSpec(
    string Target,
    IReadOnlyList<StageColumn> Columns,
    ConflictAction Conflict,
    bool ReturnsXmax)
{
    /// <summary>Whether staged rows may be compared with the target's before they are applied: see <see cref="StageSql.CanMatch"/>.</summary>
    public bool MayMatch { get; init; }

    /// <summary>Whether keys with NULLs are the same: the key's index is UNIQUE NULLS NOT DISTINCT, and a column of it may be NULL.</summary>
    public bool NullsAreKeys { get; init; }

    /// <summary>Whether a trigger may drop new rows of an upsert, which are no unchanged ones.</summary>
    public bool MayDropInserts { get; init; }

    /// <summary>Whether a trigger may drop updates of an upsert: those rows are not unchanged either.</summary>
    public bool MayDropUpdates { get; init; }

    /// <summary>The names of the foreign keys by which rows of the target refer to others of it.</summary>
    public IReadOnlyList<string> SelfReferences { get; init; } = [];

    /// <summary>The columns of the target's constraints and unique indexes that speak of one column alone, by their names.</summary>
    public IReadOnlyDictionary<string, string> ConstraintColumns { get; init; } = new Dictionary<string, string>();

    /// <summary>The table that a run has planned for, or null for a table of its own.</summary>
    public PlannedTarget? Planned { get; init; }
}
