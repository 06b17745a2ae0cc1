using System.Globalization;

namespace Ingest.Postgres;

/// <summary>
/// The statements of <c>--mode replace</c>: a shadow of the target is loaded first, then one transaction makes the
/// target's rows those of the shadow. Readers see the old rows until it commits and the new ones after; they wait for
/// nothing, because no stronger lock is taken than writers would conflict with.
/// </summary>
internal sealed class ReplaceSql(string manifestSchema, uint targetOid, string target, bool isPartitioned)
{
    /// <summary>The name of the savepoint before rows are exchanged in place.</summary>
    public const string BeforeUpdate = "in_place";

    /// <summary>The shadow table.</summary>
    public string Shadow { get; } =
        $"{Identifier.Quote(manifestSchema)}.{Identifier.Quote("shadow_" + targetOid.ToString(CultureInfo.InvariantCulture))}";

    /// <summary>Whether a shadow of an interrupted run is there.</summary>
    public string Exists => $"SELECT to_regclass('{Shadow}') IS NOT NULL";

    /// <summary>Whether the shadow has the columns that the target has now: what is copied into others would be stored as another value.</summary>
    public string IsLikeTarget =>
        $"WITH one AS ({ColumnsOf(Shadow)}), other AS ({ColumnsOf(target)}) "
        + "SELECT NOT EXISTS (TABLE one EXCEPT TABLE other) AND NOT EXISTS (TABLE other EXCEPT TABLE one)";

    /// <summary>
    /// Makes an empty shadow and takes the watermarks of interrupted replacements away: what they loaded went with the
    /// old shadow.
    /// </summary>
    public string Create =>
        $"DROP TABLE IF EXISTS {Shadow}; CREATE TABLE {Shadow} (LIKE {target} INCLUDING ALL); ";

    /// <summary>Forgets the interrupted replacements of a target ($1).</summary>
    public string ForgetInterrupted =>
        $"WITH old AS (UPDATE {Identifier.Quote(manifestSchema)}.manifest SET status = 'failed', notes = 'superseded by another replacement' "
        + "WHERE target = $1 AND mode = 'replace' AND status <> 'success' RETURNING id) "
        + $"DELETE FROM {Identifier.Quote(manifestSchema)}.watermarks w USING old WHERE w.manifest_id = old.id";

    /// <summary>The files of interrupted replacements of a target ($1).</summary>
    public string Interrupted =>
        $"SELECT DISTINCT m.file_name FROM {Identifier.Quote(manifestSchema)}.manifest m "
        + $"JOIN {Identifier.Quote(manifestSchema)}.watermarks w ON w.manifest_id = m.id "
        + "WHERE m.target = $1 AND m.mode = 'replace' AND m.status <> 'success' AND w.rows_read > 0";

    /// <summary>
    /// The foreign keys of the target, as clauses; the shadow needs them to find the rows that break them. One by which the
    /// target refers to itself refers to the shadow there. Left out are those that the server keeps for each partition of a table
    /// that is referred to, and those to a table whose partition the target is: they speak of rows of both.
    /// </summary>
    public string ForeignKeys => $"""
        SELECT quote_ident(k.conname) || ' ' || CASE WHEN k.confrelid = k.conrelid
          THEN replace(pg_get_constraintdef(k.oid), ' REFERENCES ' || k.confrelid::regclass || '(', ' REFERENCES ' || '{Shadow.Replace("'", "''")}' || '(')
          ELSE pg_get_constraintdef(k.oid) END
        FROM pg_constraint k WHERE k.conrelid = $1 AND k.contype = 'f'
          AND NOT EXISTS (SELECT FROM pg_constraint p WHERE p.oid = k.conparentid AND p.conrelid = k.conrelid)
          AND (k.confrelid = $1 OR k.confrelid NOT IN (SELECT relid FROM pg_partition_ancestors($1)))
        """;

    /// <summary>
    /// Which rows the partitions of the target take, or the target as a partition; NULL for all. A partition for the rest takes all,
    /// unless it is partitioned itself.
    /// </summary>
    public const string Bounds = """
        SELECT CASE
          WHEN c.relkind <> 'p' OR EXISTS (SELECT FROM pg_partitioned_table p JOIN pg_class d ON d.oid = p.partdefid WHERE p.partrelid = c.oid AND d.relkind <> 'p')
            THEN pg_get_partition_constraintdef(c.oid)
          ELSE coalesce(
            (SELECT string_agg('(' || pg_get_partition_constraintdef(relid) || ')', ' OR ') FROM pg_partition_tree(c.oid) WHERE isleaf AND relid <> c.oid),
            'false') END
        FROM pg_class c WHERE c.oid = $1
        """;

    /// <summary>Keeps other writers out until the end of the transaction.</summary>
    public string Lock => $"LOCK TABLE {target} IN SHARE ROW EXCLUSIVE MODE";

    /// <summary>Drops the shadow.</summary>
    public string Drop => $"DROP TABLE {Shadow}";

    /// <summary>Adds a foreign key to the shadow.</summary>
    /// <param name="clause">The name and the clause that the server gave for the target's own.</param>
    public string AddForeignKey(string clause) => $"ALTER TABLE {Shadow} ADD CONSTRAINT {clause}";

    /// <summary>Makes the shadow refuse rows that no partition takes: COPY and INSERT are told of those one by one, the swap is not.</summary>
    public string AddBounds(string bounds) => $"ALTER TABLE {Shadow} ADD CONSTRAINT \"no partition\" CHECK ({bounds})";

    /// <summary>The rows that the target has more or fewer than the shadow.</summary>
    public string Surplus => $"SELECT (SELECT count(*) FROM {Rows}) - (SELECT count(*) FROM {Shadow})";

    /// <summary>The rows of the target, without those of tables that inherit from it.</summary>
    private string Rows => isPartitioned ? target : "ONLY " + target;

    /// <summary>Whether deleting a row of the target would delete, change or stop at rows of others, even if it comes back in the same statement.</summary>
    public const string HasCascades = "SELECT EXISTS (SELECT FROM pg_constraint WHERE confrelid = $1 AND contype = 'f' AND confdeltype <> 'a')";

    /// <summary>
    /// Exchanges all rows, without a key. One statement, so that the deleted rows and the new ones are checked against foreign
    /// keys together.
    /// </summary>
    public string ExchangeAll(IReadOnlyList<StageColumn> columns) =>
        $"WITH gone AS (DELETE FROM {Rows} RETURNING 1), {AfterGone} "
        + $"INSERT INTO {target} ({Names(columns, "")}) OVERRIDING SYSTEM VALUE SELECT {Names(columns, "s.")} FROM {Shadow} s, n";

    /// <summary>
    /// With a key, only rows that are gone are deleted, and those that stay are updated in place, so that foreign keys to
    /// them hold and nothing cascades. One statement, so that a row that stays and refers to one that goes is first updated.
    /// </summary>
    public string Exchange(IReadOnlyList<StageColumn> columns, bool nullsAreKeys) =>
        $"WITH gone AS ({DeleteGone(columns, nullsAreKeys)} RETURNING 1), {AfterGone} {Upsert(columns, ", n")}";

    /// <summary>Deletes the rows that are gone.</summary>
    public string DeleteGone(IReadOnlyList<StageColumn> columns, bool nullsAreKeys) =>
        $"DELETE FROM {Rows} t WHERE NOT EXISTS (SELECT FROM {Shadow} s WHERE {SameKey(columns, "t", nullsAreKeys)})";

    /// <summary>Inserts the new rows, and updates the changed ones in place.</summary>
    public string Upsert(IReadOnlyList<StageColumn> columns) => Upsert(columns, "");

    private string Upsert(IReadOnlyList<StageColumn> columns, string after)
    {
        var set = columns.Where(c => c.IsSet).Select(c => Identifier.Quote(c.Name)).ToArray();
        var action = set.Length == 0
            ? "DO NOTHING"
            : $"DO UPDATE SET {string.Join(", ", set.Select(c => $"{c} = EXCLUDED.{c}"))} WHERE {Differ(columns, "t", "EXCLUDED")}";
        return $"INSERT INTO {target} AS t ({Names(columns, "")}) OVERRIDING SYSTEM VALUE SELECT {Names(columns, "s.")} FROM {Shadow} s{after} "
            + $"ON CONFLICT ({string.Join(", ", columns.Where(c => c.IsKey).Select(c => Identifier.Quote(c.Name)))}) {action}";
    }

    /// <summary>
    /// Takes the changed rows out and puts them back changed: where values of another unique index move from row to row, an
    /// update in place meets them while the other row still has them.
    /// </summary>
    /// <param name="columns">The columns of the files.</param>
    /// <param name="kept">The target's other columns, whose values the rows keep.</param>
    /// <param name="nullsAreKeys">Whether keys with NULLs are the same.</param>
    public string Reinsert(IReadOnlyList<StageColumn> columns, IReadOnlyList<string> kept, bool nullsAreKeys)
    {
        var others = string.Concat(kept.Select(k => ", " + Identifier.Quote(k)));
        var values = string.Join(", ", columns.Select(c => (c.IsKey || c.IsSet ? "s." : "g.") + Identifier.Quote(c.Name)).Concat(kept.Select(k => "g." + Identifier.Quote(k))));
        return $"WITH gone AS (DELETE FROM {Rows} t USING {Shadow} s WHERE {SameKey(columns, "t", nullsAreKeys)} AND {Differ(columns, "t", "s")} RETURNING t.*), {AfterGone} "
            + $"INSERT INTO {target} ({Names(columns, "")}{others}) OVERRIDING SYSTEM VALUE SELECT {values} FROM gone g JOIN {Shadow} s ON {SameKey(columns, "g", nullsAreKeys)}, n";
    }

    /// <summary>Joined with an INSERT's rows, so that the first of them comes after the last DELETE.</summary>
    private const string AfterGone = "n AS MATERIALIZED (SELECT count(*) FROM gone)";

    private static string ColumnsOf(string table) =>
        "SELECT attname, atttypid, atttypmod, attcollation, attnotnull FROM pg_attribute "
        + $"WHERE attrelid = '{table.Replace("'", "''")}'::regclass AND attnum > 0 AND NOT attisdropped";

    private static string Names(IReadOnlyList<StageColumn> columns, string table) => string.Join(", ", columns.Select(c => table + Identifier.Quote(c.Name)));

    private static string SameKey(IReadOnlyList<StageColumn> columns, string table, bool nullsAreKeys) =>
        KeyLookup.Same(columns.Where(c => c.IsKey).Select(c => (c, "s." + Identifier.Quote(c.Name), $"{table}.{Identifier.Quote(c.Name)}")), nullsAreKeys);

    private static string Differ(IReadOnlyList<StageColumn> columns, string one, string other)
    {
        StageColumn[] set = [.. columns.Where(c => c.IsSet)];
        return $"pg_catalog.record_image_ne(ROW({Names(set, one + ".")}), ROW({Names(set, other + ".")}))";
    }
}
