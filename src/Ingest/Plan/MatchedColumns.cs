using Ingest.Convert;

namespace Ingest.Plan;

/// <summary>What became of a file's columns.</summary>
/// <param name="Columns">The target columns that are written, in the target's order.</param>
/// <param name="Layout">How their values are written.</param>
/// <param name="FieldOf">For each, the index of its field, or −1 when it is filled.</param>
/// <param name="IsText">For each, whether the empty string is one of its values.</param>
/// <param name="Extra">The file's columns that the target does not have.</param>
internal sealed record MatchedColumns(
    IReadOnlyList<TargetColumn> Columns,
    RowLayout Layout,
    int[] FieldOf,
    bool[] IsText,
    IReadOnlyList<string> Extra)
{
    /// <summary>Whether all these columns are written.</summary>
    public bool HasAll(IReadOnlyList<string> names) => names.All(n => Columns.Any(c => c.Name == n));
}
