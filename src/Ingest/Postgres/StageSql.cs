using System.Globalization;
using Npgsql;
using NpgsqlTypes;

namespace Ingest.Postgres;

/// <summary>
/// The statements of a lane: stage table, COPY, merge. Every name is quoted here, and nothing else of a user's reaches
/// their text. A merge takes the staged rows of a range and returns one row of counts: rows staged in the range, rows
/// left after duplicates, rows inserted, rows updated, and where a trigger may drop rows those that it dropped.
/// </summary>
internal sealed partial class StageSql
{
    /// <summary>The name of the stage in the session's temporary schema.</summary>
    public const string Stage = "pg_temp.\"ingest_stage\"";

    /// <summary>
    /// Counts the updates that a merge begins: a row that a BEFORE UPDATE trigger drops is returned by nothing, and a comparison
    /// before the merge would miss what a BEFORE INSERT trigger makes of the rows, and read large parts of the target for each batch.
    /// </summary>
    private const string UpdateCounter = "pg_temp.\"ingest_updates\"";

    private readonly MergeSpec spec;
    private readonly string targetColumns;
    private readonly string stageColumns;
    private readonly string keyColumns;

    /// <summary>Builds the statements once for a target.</summary>
    public StageSql(MergeSpec spec)
    {
        this.spec = spec;
        targetColumns = List(spec.Columns.Select(c => Identifier.Quote(c.Name)));
        stageColumns = List(spec.Columns.Select((c, i) => Cast("s." + StageName(i), c)));
        keyColumns = List(Key().Select(k => Identifier.Quote(spec.Columns[k].Name)));
    }

    /// <summary>Drops the stage of another layout.</summary>
    public static string DropStage => $"DROP TABLE IF EXISTS {Stage}";

    /// <summary>Creates the stage; a commit empties it.</summary>
    public string CreateStage =>
        $"CREATE TEMPORARY TABLE \"ingest_stage\" ({List(spec.Columns.Select((c, i) => $"{StageName(i)} {c.StageType}{Collate(c)}"))}) ON COMMIT DELETE ROWS"
        + (CountsUpdates ? "; CREATE TEMPORARY SEQUENCE IF NOT EXISTS \"ingest_updates\"" : "");

    /// <summary>
    /// Empties the stage in the transaction that fills it, before its first COPY and under no savepoint. Only then are rows
    /// laid one behind the other, so that their places are in record order: COPY does not ask the free space map of a table
    /// that is new in its transaction (<c>TABLE_INSERT_SKIP_FSM</c> in copyfrom.c; reliable from PostgreSQL 13 on), and puts short
    /// rows into gaps of earlier pages of any other.
    /// </summary>
    public const string EmptyStage = $"TRUNCATE {Stage}";

    /// <summary>Whether rows have a key, which other sessions may write too; also where a repeated one is no conflict of the load's.</summary>
    public bool HasKeyColumns => keyColumns.Length > 0;

    /// <summary>Whether keys with NULLs are the same.</summary>
    public bool NullsAreKeys => spec.NullsAreKeys;

    /// <summary>Starts the COPY into the stage.</summary>
    public static string CopyToStage => $"COPY {Stage} FROM STDIN (FORMAT BINARY)";

    /// <summary>Starts the COPY straight into the target.</summary>
    public string CopyToTarget => $"COPY {spec.Target} ({targetColumns}) FROM STDIN (FORMAT BINARY)";

    /// <summary>The places of the staged rows in record order (by <c>x.ctid</c>: a bare one would mean the text, where 10 comes before 2).</summary>
    public static string StagedTids => $"SELECT x.ctid::text FROM {Stage} x ORDER BY x.ctid";

    /// <summary>Of the staged rows with the numbers in the parameter, from 1 in record order: number and place.</summary>
    public static string TidsAt =>
        $"SELECT x.number, x.place::text FROM (SELECT s.ctid AS place, row_number() OVER (ORDER BY s.ctid) AS number FROM {Stage} s) x WHERE x.number = ANY ($1)";

    /// <summary>
    /// Whether the target is the table that was planned for, with columns of the same types: asked while the transaction
    /// holds its lock, so that what was copied is what the table takes it for. Binary COPY only knows widths, and says nothing of
    /// rows that a BEFORE trigger has dropped, so there must be none that the plan did not know.
    /// </summary>
    public const string IsAsPlanned = """
        SELECT coalesce(to_regclass($1) = $2, false) AND cardinality($3) = (
          SELECT count(*) FROM unnest($3, $4) c (name, type)
          JOIN pg_attribute a ON a.attrelid = $2 AND a.attname = c.name AND a.atttypid = c.type AND NOT a.attisdropped)
        AND NOT EXISTS (
          SELECT FROM pg_trigger t WHERE (t.tgrelid = $2 OR t.tgrelid IN (SELECT relid FROM pg_partition_tree($2::regclass)))
          AND NOT t.tgisinternal AND (t.tgtype & 3) = 3 AND (t.tgtype & $5) <> 0 AND t.tgenabled <> 'D')
        """;

    // pg_trigger.tgtype (src/include/catalog/pg_trigger.h).
    private const int TriggerOnInsert = 4;
    private const int TriggerOnUpdate = 16;

    /// <summary>The parameters of <see cref="IsAsPlanned"/>, or null for a table of the run's own.</summary>
    public object?[]? Planned => spec.Planned is not { } planned ? null :
    [
        spec.Target,
        new NpgsqlParameter { Value = planned.Oid, NpgsqlDbType = NpgsqlDbType.Oid },
        spec.Columns.Select(c => c.Name).ToArray(),
        new NpgsqlParameter { Value = planned.TypeOids.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Oid },
        (planned.HasBeforeInsertTrigger ? 0 : TriggerOnInsert) | (planned.HasBeforeUpdateTrigger ? 0 : TriggerOnUpdate),
    ];

    /// <summary>The merge of staged rows.</summary>
    /// <param name="rows">Which.</param>
    /// <param name="mayRepeat">Whether a key may occur twice among them.</param>
    /// <param name="inKeyOrder">Whether to go by the keys, as every session does that was in a deadlock; else as they come.</param>
    public string Merge(StageRange rows, bool mayRepeat, bool inKeyOrder)
    {
        var key = Key().ToArray();
        var range = rows.Condition("WHERE", "x");
        var staged = $"(SELECT x.*, x.ctid AS place FROM {Stage} x{range})";
        var sortKey = List(key.Select(k => CastKey("s", k)));
        if (!(mayRepeat || inKeyOrder) || key.Length == 0 || spec.Conflict != ConflictAction.Update)
        {
            // DO NOTHING keeps the first row of a key, so those of one come in record order.
            var byKey = inKeyOrder && key.Length > 0;
            var order = spec.Conflict == ConflictAction.Nothing ? $" ORDER BY {(byKey ? sortKey + ", " : "")}s.place" : byKey ? $" ORDER BY {sortKey}" : "";
            return $"WITH {Merged($"{staged} s", order)} "
                + $"SELECT n.staged, n.staged, {Counts($"{staged} s", "n.staged")} FROM (SELECT count(*) AS staged FROM {Stage} x{range}) n";
        }

        // Where a NULL in the key conflicts with nothing, such rows are told apart by their place.
        var alone = !spec.NullsAreKeys && key.Any(k => spec.Columns[k].IsNullableKey)
            ? $", CASE WHEN {string.Join(" OR ", key.Select(k => $"s.{StageName(k)} IS NULL"))} THEN s.place END"
            : "";
        var by = sortKey + alone;
        var winners = $"SELECT DISTINCT ON ({by}) s.* FROM {staged} s ORDER BY {by}, s.place DESC";
        return $"WITH winners AS MATERIALIZED ({winners}), {Merged("winners s", "")} "
            + $"SELECT n.staged, w.distinct_rows, {Counts("winners s", "w.distinct_rows")} "
            + $"FROM (SELECT count(*) AS staged FROM {Stage} x{range}) n, (SELECT count(*) AS distinct_rows FROM winners) w";
    }

    /// <summary>Creates the table that remembers a file's keys, for the ways of treating duplicates that need them.</summary>
    public string CreateKeys(string schema, long manifestId) =>
        $"CREATE TABLE IF NOT EXISTS {KeysTable(schema, manifestId)} "
        + $"({List(Key().Select(k => $"{StageName(k)} {spec.Columns[k].TargetType}{Collate(spec.Columns[k])}"))}, refused boolean NOT NULL DEFAULT false, "
        + $"{(spec.NullsAreKeys ? "UNIQUE NULLS NOT DISTINCT" : "PRIMARY KEY")} ({List(Key().Select(StageName))}))";

    /// <summary>Drops the table of a file's keys.</summary>
    public static string DropKeys(string schema, long manifestId) => $"DROP TABLE IF EXISTS {KeysTable(schema, manifestId)}";

    /// <summary>
    /// Remembers the staged keys and removes from the stage every row whose key the file had before, returning the place of
    /// each, where it is staged too that of the row that has the key first, and whether that one was refused in an earlier
    /// batch. Unless NULLs are keys, a row with NULL in its key has none.
    /// </summary>
    public string RemoveRepeated(string schema, long manifestId)
    {
        var names = List(Key().Select(StageName));
        return $"WITH typed AS MATERIALIZED ({TypedKeys(", s.ctid AS place")}), "
            + $"firsts AS MATERIALIZED (SELECT DISTINCT ON ({names}) place, {names} FROM typed ORDER BY {names}, place), "
            // The update changes nothing: of a key that was there, only it returns what is known.
            + $"known AS (INSERT INTO {KeysTable(schema, manifestId)} AS k ({names}) SELECT {names} FROM firsts "
            + $"ON CONFLICT ({names}) DO UPDATE SET refused = k.refused RETURNING {names}, refused, k.xmax = 0 AS fresh), "
            + $"repeated AS MATERIALIZED (SELECT t.place, CASE WHEN n.fresh THEN f.place END AS first, n.refused FROM firsts f "
            + $"JOIN known n ON {SameKey("f", "n")} JOIN typed t ON {SameKey("t", "f")} WHERE NOT n.fresh OR f.place <> t.place) "
            + $"DELETE FROM {Stage} d USING repeated r WHERE d.ctid = r.place RETURNING d.ctid::text, r.first::text, r.refused";
    }

    /// <summary>Remembers that the first records of some keys were refused; the parameter is the text of their places.</summary>
    public string RefuseKeys(string schema, long manifestId) =>
        $"UPDATE {KeysTable(schema, manifestId)} k SET refused = true FROM ({TypedKeys(", s.ctid AS place")}) r WHERE r.place = ANY($1::text[]::tid[]) AND {SameKey("k", "r")}";

    /// <summary>
    /// Remembers the staged keys of a range: run only to see whether the server can read them, and undone.
    /// </summary>
    public string RememberKeys(string schema, long manifestId, StageRange range)
    {
        var keys = Key().ToArray();
        return $"INSERT INTO {KeysTable(schema, manifestId)} ({List(keys.Select(StageName))}) "
            + $"SELECT {List(keys.Select(k => CastKey("s", k)))} FROM {Stage} s "
            + $"WHERE {HasKey}{range.Condition("AND", "s")} ON CONFLICT DO NOTHING";
    }

    /// <summary>Removes rows from the stage; the parameter is the text of their places.</summary>
    public static string Unstage => $"DELETE FROM {Stage} d WHERE d.ctid = ANY($1::text[]::tid[])";

    /// <summary>
    /// The common table expression <c>merged</c>: for each row written, whether it was inserted. Where no system column can be
    /// returned, its key is looked up in the statement's snapshot, which does not hold what it writes. By a join: a lookup for each row
    /// would be planned before the first, when a new partition is empty, and read all of it every time.
    /// </summary>
    private string Merged(string source, string order)
    {
        if (spec.ReturnsXmax || spec.Conflict != ConflictAction.Update) return $"merged AS ({Insert(source, order)})";
        var same = KeyLookup.Same(Key().Select(k => (spec.Columns[k], "o." + StageName(k), "w." + StageName(k))), spec.NullsAreKeys);
        var keys = List(Key().Select(k => $"{Name(k)} AS {StageName(k)}"));
        return $"written AS ({Insert(source, order)}), "
            + $"merged AS MATERIALIZED (SELECT o.was_there IS NULL AS fresh FROM written w LEFT JOIN (SELECT {keys}, true AS was_there FROM {spec.Target}) o ON {same})";
    }

    private string WrittenKeys => List(Key().Select(k => $"t.{Name(k)} AS {StageName(k)}"));

    private string Insert(string source, string order)
    {
        var conflict = spec.Conflict switch
        {
            ConflictAction.None => "",
            ConflictAction.Nothing => keyColumns.Length == 0 ? " ON CONFLICT DO NOTHING" : $" ON CONFLICT ({keyColumns}) DO NOTHING",
            _ => Update(),
        };
        var returning = spec.Conflict != ConflictAction.Update ? "true AS fresh" : spec.ReturnsXmax ? "(t.xmax = 0) AS fresh" : WrittenKeys;
        // In a subquery of its own it runs once, before the first row.
        var counted = CountsUpdates ? $" WHERE (SELECT pg_catalog.setval('{UpdateCounter}', 1, false)) = 1" : "";
        return $"INSERT INTO {spec.Target} AS t ({targetColumns}) OVERRIDING SYSTEM VALUE "
            + $"SELECT {stageColumns} FROM {source}{counted}{order}{conflict} RETURNING {returning}";
    }

    /// <summary>A row equal to what is there needs no write; equal means the same bytes.</summary>
    private string Update()
    {
        if (Updated.Count == 0) return $" ON CONFLICT ({keyColumns}) DO NOTHING";
        var differ = Differ(i => "t." + Name(i), i => "EXCLUDED." + Name(i));
        return $" ON CONFLICT ({keyColumns}) DO UPDATE SET {List(Updated.Select(i => Name(i)).Select(c => $"{c} = EXCLUDED.{c}"))} "
            + $"WHERE {(CountsUpdates ? $"CASE WHEN {differ} THEN pg_catalog.nextval('{UpdateCounter}') > 0 ELSE false END" : differ)}";
    }

    /// <summary>Inserted and updated rows, and where a trigger may drop some, those that it dropped: looked for only where rows are left.</summary>
    private string Counts(string source, string candidates)
    {
        const string counts = "(SELECT count(*) FROM merged WHERE fresh), (SELECT count(*) FROM merged WHERE NOT fresh)";
        var dropped = new List<string>();
        if (spec.MayDropInserts)
        {
            var same = KeyLookup.Same(Key().Select(k => (spec.Columns[k], "o." + Name(k), CastKey("s", k))), spec.NullsAreKeys);
            dropped.Add($"(SELECT count(*) FROM {source} WHERE NOT EXISTS (SELECT FROM {spec.Target} o WHERE {same})) - (SELECT count(*) FROM merged WHERE fresh)");
        }
        if (CountsUpdates) dropped.Add($"(SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM {UpdateCounter}) - (SELECT count(*) FROM merged WHERE NOT fresh)");
        return dropped.Count == 0 ? counts
            : $"{counts}, CASE WHEN (SELECT count(*) FROM merged) < {candidates} THEN {string.Join(" + ", dropped)} ELSE 0 END";
    }

    /// <summary>Whether updates are counted as they begin, since a trigger may drop some.</summary>
    private bool CountsUpdates => spec.MayDropUpdates && spec.Conflict == ConflictAction.Update && Updated.Count > 0;

    private string Name(int column) => Identifier.Quote(spec.Columns[column].Name);

    /// <summary>The staged rows that have a key: its columns as the target's types, and what else is asked for.</summary>
    private string TypedKeys(string more)
    {
        var keys = Key().ToArray();
        return $"SELECT {List(keys.Select(k => $"{CastKey("s", k)} AS {StageName(k)}"))}{more} FROM {Stage} s WHERE {HasKey}";
    }

    /// <summary>Whether a staged row <c>s</c> has a key.</summary>
    private string HasKey => spec.NullsAreKeys ? "true" : string.Join(" AND ", Key().Select(k => $"s.{StageName(k)} IS NOT NULL"));

    /// <summary>Joins by the key; arrays are equal where both hold NULL, and can be joined by hashing.</summary>
    private string SameKey(string one, string other) => string.Join(" AND ", Key().Select(k => (Name: StageName(k), spec.Columns[k].EqualTo)).Select(k =>
        spec.NullsAreKeys ? $"ARRAY[{one}.{k.Name}] = ARRAY[{other}.{k.Name}]" : $"{one}.{k.Name} {k.EqualTo} {other}.{k.Name}"));

    private IEnumerable<int> Key() => Enumerable.Range(0, spec.Columns.Count).Where(i => spec.Columns[i].IsKey);

    private static string KeysTable(string schema, long manifestId) =>
        $"{Identifier.Quote(schema)}.{Identifier.Quote("keys_" + manifestId.ToString(CultureInfo.InvariantCulture))}";

    private static string StageName(int column) => "c" + (column + 1).ToString(CultureInfo.InvariantCulture);

    /// <summary>
    /// Text needs an explicit cast; everything else is coerced by the INSERT itself, because an explicit cast to a length
    /// would cut a string that is too long instead of refusing it.
    /// </summary>
    private static string Cast(string value, StageColumn column) =>
        column.Input?.Read(value) ?? (column.CastType is { } type ? $"{value}::{type}" : value);

    /// <summary>A staged key as the column would hold it: the assignment may round what two records have in common.</summary>
    private string CastKey(string table, int column)
    {
        var value = Cast($"{table}.{StageName(column)}", spec.Columns[column]);
        return spec.Columns[column].KeyType is { } type ? $"{value}::{type}" : value;
    }

    private static string Collate(StageColumn column) => column.Collation is { } collation ? " COLLATE " + collation : "";

    private static string List(IEnumerable<string> items) => string.Join(", ", items);
}
