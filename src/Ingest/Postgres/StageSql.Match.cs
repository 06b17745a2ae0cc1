namespace Ingest.Postgres;

/// <summary>
/// The merges for batches whose keys are mostly there already: they look the rows up before they touch them. ON CONFLICT
/// locks every row that it finds, which costs a WAL record and a page image even where nothing changes, and an update by
/// way of a failed insert costs a fifth more than an update.
/// </summary>
internal sealed partial class StageSql
{
    /// <summary>
    /// Comes before these merges: keys are looked up one by one in their index, where a join by hashing or sorting would
    /// read the whole target for each batch.
    /// </summary>
    public static IReadOnlyList<string> ByLookup { get; } = ["SET LOCAL enable_hashjoin = off", "SET LOCAL enable_mergejoin = off"];

    /// <summary>
    /// Whether the target's rows can be compared with the staged ones: a plain table without triggers, which would see
    /// other statements, and columns that an assignment does not change.
    /// </summary>
    public bool CanMatch => spec.MayMatch && spec.Conflict == ConflictAction.Update && Updated.Count > 0
        && Updated.All(i => spec.Columns[i].ComparedAs is not null);

    /// <summary>The merge of staged rows, none of which has the key of another, that leaves out those that the target has.</summary>
    /// <param name="range">The staged rows.</param>
    /// <param name="backwards">Whether keys that are sorted first are sorted from the last to the first.</param>
    public string MergeMissing(StageRange range, bool backwards) =>
        $"WITH {Merged($"{LookedUp(range, backwards)} LEFT JOIN ONLY {spec.Target} o ON {SameKey("o")} WHERE o.{Name(Key().First())} IS NULL OR {Differ(i => "o." + Name(i), Staged)}", "")} "
        + $"SELECT n.staged, n.staged, {Counts("", "n.staged")} FROM (SELECT count(*) AS staged FROM {Stage} x{range.Condition("WHERE", "x")}) n";

    /// <summary>
    /// The update of those rows of the target that a staged row changes. It returns nothing but how many: a RETURNING, and
    /// counting the stage, cost a thirtieth of it.
    /// </summary>
    /// <param name="range">The staged rows.</param>
    /// <param name="backwards">Whether keys that are sorted first are sorted from the last to the first.</param>
    public string UpdateChanged(StageRange range, bool backwards) =>
        $"UPDATE ONLY {spec.Target} AS t SET {List(Updated.Select(i => $"{Name(i)} = {Cast("s." + StageName(i), spec.Columns[i])}"))} "
        + $"FROM {LookedUp(range, backwards)} WHERE {SameKey("t")} AND ({Differ(i => "t." + Name(i), Staged)})";

    /// <summary>
    /// The staged rows of a range, as <c>s</c>. Keys that come in any order are sorted first: lookups and new index entries
    /// then meet a page that was in use just before.
    /// </summary>
    private string LookedUp(StageRange range, bool backwards)
    {
        var key = Key().ToList();
        var isSorted = key.Any(k => spec.Columns[k].KeyOrder != KeyOrder.Ascending);
        var order = isSorted ? $" ORDER BY {List(key.Select(k => SortKey(k) + (backwards ? " DESC" : "")))}" : "";
        return $"(SELECT x.* FROM {Stage} x{range.Condition("WHERE", "x")}{order}) s";
    }

    private string SortKey(int column) =>
        $"x.{StageName(column)}" + (spec.Columns[column].KeyOrder == KeyOrder.ScatteredTexts ? " COLLATE pg_catalog.\"C\"" : "");

    private IReadOnlyList<int> Updated =>
        [.. Enumerable.Range(0, spec.Columns.Count).Where(i => spec.Columns[i].IsSet)];

    private string SameKey(string table) =>
        string.Join(" AND ", Key().Select(k => $"{table}.{Name(k)} {spec.Columns[k].EqualTo} {CastKey("s", k)}"));

    /// <summary>A staged value as the column would hold it.</summary>
    private string Staged(int column)
    {
        var value = Cast("s." + StageName(column), spec.Columns[column]);
        return spec.Columns[column].ComparedAs is { Length: > 0 } type ? $"{value}::{type}" : value;
    }

    /// <summary>
    /// Whether one of the columns differs, in its bytes. Most types can tell by a cheap operator, and the first difference
    /// ends the search; the rest are compared as rows.
    /// </summary>
    private string Differ(Func<int, string> stored, Func<int, string> other)
    {
        var terms = Updated.Where(i => spec.Columns[i].Comparison != Comparison.Image)
            .OrderBy(i => spec.Columns[i].Comparison)
            .Select(i => Differ(spec.Columns[i].Comparison, stored(i), other(i))).ToList();
        var images = Updated.Where(i => spec.Columns[i].Comparison == Comparison.Image).ToList();
        if (images.Count > 0)
            terms.Add($"pg_catalog.record_image_ne(ROW({List(images.Select(stored))}), ROW({List(images.Select(other))}))");
        return string.Join(" OR ", terms);
    }

    private static string Differ(Comparison comparison, string stored, string other) => comparison switch
    {
        Comparison.Text => $"{stored} COLLATE pg_catalog.\"C\" IS DISTINCT FROM {other} COLLATE pg_catalog.\"C\"",
        Comparison.Float => $"{stored} IS DISTINCT FROM {other} OR ({stored} = 0 AND ({stored})::text <> ({other})::text)",
        Comparison.Numeric => $"{stored} IS DISTINCT FROM {other} OR pg_catalog.scale({stored}) IS DISTINCT FROM pg_catalog.scale({other})",
        _ => $"{stored} IS DISTINCT FROM {other}",
    };
}
