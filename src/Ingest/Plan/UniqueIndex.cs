namespace Ingest.Plan;

/// <summary>A unique index that ON CONFLICT can use.</summary>
/// <param name="Columns">Its key columns.</param>
/// <param name="IsPrimary">Whether it is the primary key's.</param>
/// <param name="NullsAreKeys">Whether it is NULLS NOT DISTINCT.</param>
/// <param name="IsCoarser">Whether a collation of its own, which its column need not have, holds different texts equal.</param>
internal sealed record UniqueIndex(IReadOnlyList<string> Columns, bool IsPrimary, bool NullsAreKeys, bool IsCoarser)
{
    /// <summary>Whether it is on these columns, in any order.</summary>
    public bool IsOn(IReadOnlyList<string> columns) => Columns.Count == columns.Count && Columns.All(columns.Contains);
}
