using System.Globalization;

namespace Ingest.Postgres;

/// <summary>
/// The statements of <c>--mode replace</c>: a shadow of the target is loaded first, then one transaction makes the
/// target's rows those of the shadow. Readers see the old rows until it commits and the new ones after; they wait for
/// nothing, because no stronger lock is taken than writers would conflict with.
/// </summary>
internal sealed class ReplaceSql(string manifestSchema, uint targetOid, string target)
{
    /// <summary>The shadow table.</summary>
    public string Shadow { get; } =
        $"{Identifier.Quote(manifestSchema)}.{Identifier.Quote("shadow_" + targetOid.ToString(CultureInfo.InvariantCulture))}";

    /// <summary>Whether a shadow of an interrupted run is there.</summary>
    public string Exists => $"SELECT to_regclass('{Shadow}') IS NOT NULL";

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

    /// <summary>The foreign keys of the target, as clauses; the shadow needs them to find the rows that break them.</summary>
    public const string ForeignKeys = "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = $1 AND contype = 'f'";

    /// <summary>Keeps other writers out until the end of the transaction.</summary>
    public string Lock => $"LOCK TABLE {target} IN SHARE ROW EXCLUSIVE MODE";

    /// <summary>Drops the shadow.</summary>
    public string Drop => $"DROP TABLE {Shadow}";

    /// <summary>Adds a foreign key to the shadow.</summary>
    /// <param name="clause">The clause that the server gave for the target's own.</param>
    public string AddForeignKey(string clause) => $"ALTER TABLE {Shadow} ADD {clause}";

    /// <summary>
    /// With a key, rows that stay are updated in place and only those that are gone are deleted, so that foreign keys to
    /// them hold and nothing cascades.
    /// </summary>
    public IEnumerable<string> Swap(IReadOnlyList<StageColumn> columns)
    {
        var names = string.Join(", ", columns.Select(c => Identifier.Quote(c.Name)));
        var key = columns.Where(c => c.IsKey).Select(c => Identifier.Quote(c.Name)).ToArray();
        if (key.Length == 0)
        {
            // One statement, so that the deleted rows and the new ones are checked against foreign keys together.
            yield return $"WITH gone AS (DELETE FROM {target} RETURNING 1), n AS MATERIALIZED (SELECT count(*) FROM gone) "
                + $"INSERT INTO {target} ({names}) OVERRIDING SYSTEM VALUE SELECT {names} FROM {Shadow}, n";
            yield break;
        }
        yield return $"DELETE FROM {target} t WHERE NOT EXISTS (SELECT FROM {Shadow} s WHERE {string.Join(" AND ", key.Select(k => $"s.{k} = t.{k}"))})";
        var set = columns.Where(c => !c.IsKey && c.CanUpdate).Select(c => Identifier.Quote(c.Name)).ToArray();
        var action = set.Length == 0
            ? "DO NOTHING"
            : $"DO UPDATE SET {string.Join(", ", set.Select(c => $"{c} = EXCLUDED.{c}"))} WHERE pg_catalog.record_image_ne("
                + $"ROW({string.Join(", ", set.Select(c => "t." + c))}), ROW({string.Join(", ", set.Select(c => "EXCLUDED." + c))}))";
        yield return $"INSERT INTO {target} AS t ({names}) OVERRIDING SYSTEM VALUE SELECT {names} FROM {Shadow} "
            + $"ON CONFLICT ({string.Join(", ", key)}) {action}";
    }
}
