namespace Ingest.FaultTests;

/// <summary>The statements of a scene: its tables, and the questions that tell whether a load was right.</summary>
internal static class SceneSql
{
    /// <summary>Verifies in one snapshot: expected, found, lost, doubled, extra, rejects, records rejected, rows inserted, touches of others, marks of another loader.</summary>
    public const string Verify = """
        SELECT (SELECT count(*) FROM expected), (SELECT count(*) FROM t),
          (SELECT count(*) FROM (SELECT id, v, n FROM expected EXCEPT ALL SELECT id, v, n FROM t) lost),
          (SELECT coalesce(sum(times - 1), 0)::bigint FROM (SELECT count(*) AS times FROM writes GROUP BY v) w),
          (SELECT count(*) FROM (SELECT id, v, n FROM t EXCEPT ALL SELECT id, v, n FROM expected) extra),
          (SELECT count(*) FROM ingest.rejects), (SELECT count(DISTINCT (file_name, record)) FROM ingest.rejects),
          (SELECT count(*) FROM expected WHERE NOT was_there),
          (SELECT coalesce(sum(touched), 0)::bigint FROM t), (SELECT count(*) FROM t WHERE mark = 7)
        """;

    /// <summary>What the manifest says of every success: records, insertions, rejects, whether the counts of each add up, and how many there are.</summary>
    public const string Manifest = """
        SELECT sum(rows_read)::bigint, sum(inserted)::bigint, sum(rejected)::bigint,
          CASE WHEN bool_and(rows_read = inserted + updated + unchanged + skipped + superseded + rejected) THEN 'true' ELSE 'false' END, count(*)
        FROM ingest.manifest WHERE status = 'success' AND file_name NOT LIKE '%marks.csv'
        """;

    /// <summary>Rows of the manifest that hold a cell or the password; a reject's raw text must have the cell.</summary>
    public static string CanariesInManifest { get; } = $"""
        SELECT count(*) FROM (SELECT m::text FROM ingest.manifest m UNION ALL SELECT r::text FROM ingest.runs r UNION ALL SELECT w::text FROM ingest.watermarks w
            UNION ALL SELECT replace(j::text, coalesce(j.raw, ''), '') FROM ingest.rejects j) rows (row)
          WHERE row LIKE '%{FaultScene.CanaryCell}%' OR position('{FaultCluster.CanaryPassword.Replace("'", "''", StringComparison.Ordinal)}' IN replace(row, '""', '"')) > 0
        """;

    /// <summary>
    /// The target, what it must hold in the end, and a trigger that notes each record that the loader applies: an update
    /// that leaves the text as it was is somebody else's.
    /// </summary>
    public static string Create(SceneShape shape) => $"""
        CREATE TABLE t (id int {(shape.IsUpsert ? "PRIMARY KEY" : "")}, v text, n numeric CHECK (n <> -77), touched int NOT NULL DEFAULT 0, mark int);
        CREATE TABLE writes (id int, v text);
        {(shape.KeysBefore > 0 ? $"INSERT INTO t SELECT i, 'old', -1 FROM generate_series(0, {shape.Keys - 1}, 3) i;" : "")}
        CREATE TABLE expected AS SELECT id, v, n, was_there FROM (
          SELECT id, v, n, place, bool_or(v = 'old') OVER (PARTITION BY id) AS was_there,
            row_number() OVER (PARTITION BY id ORDER BY place DESC) AS newness
          FROM (SELECT id, v, n, -1 AS place FROM t
            UNION ALL SELECT i % {shape.Keys}, '{FaultScene.CanaryCell} ' || i || ' ' || repeat('x', i % {shape.Width}), i + 0.25, i
              FROM generate_series(0, {shape.Records - 1}) i
              WHERE NOT ({(shape.HasRejects ? $"i % {shape.BadHere} = 500 OR (i >= {shape.RefusedFrom} AND i % {shape.BadThere} = 700)" : "false")})) versions) ranked
          {(shape.IsUpsert ? "WHERE newness = 1" : "")};
        CREATE FUNCTION note_insert() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS
          'BEGIN INSERT INTO writes SELECT id, v FROM fresh; RETURN NULL; END';
        CREATE FUNCTION note_update() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS
          'BEGIN INSERT INTO writes SELECT f.id, f.v FROM fresh f JOIN stale s USING (id) WHERE f.v IS DISTINCT FROM s.v; RETURN NULL; END';
        CREATE TRIGGER note_insert AFTER INSERT ON t REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION note_insert();
        {(shape.IsUpsert ? "CREATE TRIGGER note_update AFTER UPDATE ON t REFERENCING OLD TABLE AS stale NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION note_update();" : "")}
        ANALYZE t;
        """;

    /// <summary>What a load must not leave behind. After a crash the temporary tables of its sessions stay until autovacuum finds them.</summary>
    public static string Leftovers(bool hasCrashed) => $"""
        SELECT 'session ' || pid FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'ingest%'
        UNION ALL SELECT 'advisory lock ' || objid FROM pg_locks l JOIN pg_database d ON d.oid = l.database
          WHERE d.datname = current_database() AND locktype = 'advisory'
        UNION ALL SELECT 'temporary table ' || relname FROM pg_class WHERE relpersistence = 't' AND NOT {hasCrashed}
        """;
}
