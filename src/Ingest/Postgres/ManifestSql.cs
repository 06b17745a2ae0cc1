namespace Ingest.Postgres;

/// <summary>The statements of the manifest, for one schema. Values are parameters; only the schema is text, and quoted.</summary>
internal sealed class ManifestSql(string schemaName)
{
    /// <summary>The version of the tables below; another one in the database is refused.</summary>
    public const int Version = 2;

    private const string Counts =
        "rows_read bigint NOT NULL DEFAULT 0, inserted bigint NOT NULL DEFAULT 0, updated bigint NOT NULL DEFAULT 0, "
        + "unchanged bigint NOT NULL DEFAULT 0, skipped bigint NOT NULL DEFAULT 0, superseded bigint NOT NULL DEFAULT 0, "
        + "rejected bigint NOT NULL DEFAULT 0";

    private readonly string schema = Identifier.Quote(schemaName);

    /// <summary>The schema's name, unquoted.</summary>
    public string SchemaName => schemaName;

    /// <summary>Whether the schema of a name holds a manifest.</summary>
    public const string Exists =
        "SELECT EXISTS (SELECT FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1 AND c.relname = 'version')";

    /// <summary>The version that the schema says it has; fails with 42P01 or 3F000 where it does not exist.</summary>
    public string ReadVersion => $"SELECT version FROM {schema}.version";

    /// <summary>Everything that a first use creates.</summary>
    public string Create => $"""
        CREATE SCHEMA IF NOT EXISTS {schema};
        CREATE TABLE {schema}.version (version int NOT NULL, created_at timestamptz NOT NULL DEFAULT now());
        INSERT INTO {schema}.version (version) VALUES ({Version});
        CREATE TABLE {schema}.runs (
          run_id uuid PRIMARY KEY, started_at timestamptz NOT NULL DEFAULT now(), finished_at timestamptz,
          status text NOT NULL, target text NOT NULL, mode text NOT NULL, host text, pid int, version text, notes text);
        CREATE TABLE {schema}.manifest (
          id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, run_id uuid NOT NULL, file_name text NOT NULL,
          target text NOT NULL, mode text NOT NULL, checksum bytea, filesize bigint,
          started_at timestamptz NOT NULL DEFAULT now(), processed_at timestamptz,
          status text NOT NULL CHECK (status IN ('pending', 'running', 'success', 'partial', 'failed', 'interrupted')),
          target_oid oid NOT NULL, unlogged boolean NOT NULL, lanes int NOT NULL, header text[] NOT NULL, dialect text NOT NULL, options text NOT NULL, {Counts}, notes text);
        CREATE INDEX manifest_file ON {schema}.manifest (file_name, target, id);
        CREATE INDEX manifest_run ON {schema}.manifest (run_id);
        CREATE TABLE {schema}.watermarks (
          manifest_id bigint NOT NULL REFERENCES {schema}.manifest (id) ON DELETE CASCADE, lane int NOT NULL,
          run_id uuid NOT NULL, record bigint NOT NULL DEFAULT 0, restart_offset bigint NOT NULL DEFAULT 0,
          restart_record bigint NOT NULL DEFAULT 0, restart_line bigint NOT NULL DEFAULT 0,
          prefix_hash bytea NOT NULL DEFAULT '', {Counts}, updated_at timestamptz NOT NULL DEFAULT now(),
          PRIMARY KEY (manifest_id, lane)) WITH (fillfactor = 50);
        CREATE UNLOGGED TABLE {schema}.unlogged_loads (manifest_id bigint PRIMARY KEY);
        CREATE TABLE {schema}.rejects (
          id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, run_id uuid NOT NULL, manifest_id bigint NOT NULL,
          file_name text NOT NULL, target text NOT NULL, record bigint NOT NULL, line bigint NOT NULL,
          byte_offset bigint NOT NULL, column_name text, code text NOT NULL, message text NOT NULL, raw text,
          raw_bytes bytea, created_at timestamptz NOT NULL DEFAULT now(), resolved_at timestamptz, resolved_run uuid);
        CREATE INDEX rejects_run ON {schema}.rejects (run_id);
        CREATE INDEX rejects_manifest ON {schema}.rejects (manifest_id);
        """;

    /// <summary>The rights that a load needs and this role lacks, as GRANT writes them.</summary>
    public string MissingRights =>
        "SELECT r.name || ' ON ' || o.name FROM (VALUES ('runs'), ('manifest'), ('watermarks'), ('unlogged_loads'), ('rejects')) t (name) "
        + $"CROSS JOIN LATERAL (VALUES ('{schema.Replace("'", "''")}.' || t.name)) o (name) "
        + "CROSS JOIN (VALUES ('SELECT'), ('INSERT'), ('UPDATE')) r (name) "
        + "WHERE (t.name <> 'rejects' OR r.name = 'INSERT') AND (t.name <> 'unlogged_loads' OR r.name <> 'UPDATE') AND NOT has_table_privilege(o.name, r.name)";

    public string StartRun =>
        $"INSERT INTO {schema}.runs (run_id, status, target, mode, host, pid, version) VALUES ($1, 'running', $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING";

    public string FinishRun => $"UPDATE {schema}.runs SET finished_at = now(), status = $2, notes = $3 WHERE run_id = $1";

    /// <summary>The newest load of each file into a table, with the file's place among those asked for.</summary>
    public string FindLatest =>
        $"SELECT f.place, m.id, m.run_id, m.status, m.checksum, m.filesize, m.lanes, m.header, m.options, m.mode, m.target_oid, {WasEmptied("m")}, "
        + $"coalesce((SELECT sum(w.rows_read) FROM {schema}.watermarks w WHERE w.manifest_id = m.id), 0)::bigint, m.rejected "
        + "FROM unnest($1::text[]) WITH ORDINALITY f (name, place) CROSS JOIN LATERAL "
        + $"(SELECT * FROM {schema}.manifest e WHERE e.file_name = f.name AND e.target = $2 ORDER BY e.id DESC LIMIT 1) m";

    /// <summary>Notes that a run whose file another one takes over did not get to its end.</summary>
    public string InterruptRun => $"UPDATE {schema}.runs SET status = 'interrupted', finished_at = now() WHERE run_id = $1 AND status = 'running' AND run_id <> $2";

    /// <summary>Whether the last run that worked on one of these files did not end with success.</summary>
    public string WasInterrupted =>
        $"SELECT coalesce((SELECT r.status <> 'success' FROM {schema}.manifest m JOIN {schema}.runs r USING (run_id) "
        + "WHERE m.file_name = ANY ($1) AND m.target = $2 AND m.run_id <> $3 ORDER BY r.started_at DESC, m.id DESC LIMIT 1), false)";

    /// <summary>Notes that the runs which loaded these files, and did not get to their end, were finished by run $3.</summary>
    public string FinishEarlier =>
        $"UPDATE {schema}.runs r SET status = 'success', finished_at = now(), notes = 'finished by run ' || $3::text "
        + $"WHERE r.status <> 'success' AND r.run_id <> $3 AND NOT EXISTS (SELECT FROM {schema}.manifest m WHERE m.run_id = r.run_id AND m.status <> 'success') "
        + $"AND EXISTS (SELECT FROM {schema}.manifest m WHERE m.run_id = r.run_id AND m.file_name = ANY ($1) AND m.target = $2)";

    public string Abandon =>
        $"UPDATE {schema}.manifest m SET status = CASE WHEN w.rows_read > 0 THEN 'partial' ELSE 'failed' END, "
        + "notes = 'loaded anew by run ' || $2, processed_at = now() "
        + $"FROM (SELECT coalesce(sum(rows_read), 0) AS rows_read FROM {schema}.watermarks WHERE manifest_id = $1) w WHERE m.id = $1";

    public string CountFiles => $"SELECT count(*) FROM {schema}.manifest WHERE run_id = $1";

    /// <summary>
    /// Whether a server that crashed has emptied the UNLOGGED table that a load went into: a table of the same kind, with a
    /// row for each such load, went with it. The watermarks did not.
    /// </summary>
    private string WasEmptied(string entry) =>
        $"({entry}.unlogged AND NOT EXISTS (SELECT FROM {schema}.unlogged_loads u WHERE u.manifest_id = {entry}.id))";

    /// <summary>
    /// Adds files that differ in nothing but their names and sizes, with the empty watermarks of their lanes. What an attempt
    /// whose answer was lost has added is found again.
    /// </summary>
    public string CreateEntries =>
        $"WITH known AS (SELECT id, file_name FROM {schema}.manifest WHERE run_id = $1 AND target = $3 AND file_name = ANY ($2)), "
        + $"entry AS (INSERT INTO {schema}.manifest (run_id, file_name, target, mode, filesize, status, lanes, header, dialect, options, target_oid, unlogged) "
        + "SELECT $1, f.name, $3, $4, f.size, 'running', $6, $7, $8, $9, $10, $11 FROM unnest($2::text[], $5::bigint[]) f (name, size) "
        + "WHERE f.name NOT IN (SELECT file_name FROM known) RETURNING id, file_name), "
        + $"unlogged AS (INSERT INTO {schema}.unlogged_loads (manifest_id) SELECT id FROM entry WHERE $11), "
        + $"marks AS (INSERT INTO {schema}.watermarks (manifest_id, lane, run_id) "
        + "SELECT entry.id, lane, $1 FROM entry, generate_series(0, $6 - 1) lane) SELECT file_name, id FROM entry UNION ALL SELECT file_name, id FROM known";

    /// <summary>
    /// Makes this run the owner of the watermarks. It waits for transactions of an earlier owner that hold them, and
    /// after it none of those can commit any more.
    /// </summary>
    public string TakeOverWatermarks =>
        $"UPDATE {schema}.watermarks SET run_id = $2 WHERE manifest_id = $1 RETURNING lane, record, restart_offset, "
        + "restart_record, restart_line, prefix_hash, rows_read, inserted, updated, unchanged, skipped, superseded, rejected";

    /// <summary>Goes on with an entry; the table may have become UNLOGGED since ($3), or no longer be.</summary>
    public string TakeOverEntry =>
        $"WITH unlogged AS (INSERT INTO {schema}.unlogged_loads (manifest_id) SELECT $1 WHERE $3 ON CONFLICT DO NOTHING) "
        + $"UPDATE {schema}.manifest SET run_id = $2, status = 'running', notes = NULL, unlogged = $3 WHERE id = $1";

    /// <summary>One lane's progress; no row is touched when another run took over.</summary>
    public string WriteWatermark =>
        $"UPDATE {schema}.watermarks SET record = $4, restart_offset = $5, restart_record = $6, restart_line = $7, prefix_hash = $8, "
        + "rows_read = $9, inserted = $10, updated = $11, unchanged = $12, skipped = $13, superseded = $14, rejected = $15, "
        + "updated_at = now() WHERE manifest_id = $1 AND lane = $2 AND run_id = $3";

    /// <summary>One lane's progress in several files, as <see cref="WriteWatermark"/>; gives the entries whose row was touched.</summary>
    public string WriteWatermarks =>
        $"UPDATE {schema}.watermarks w SET record = m.record, restart_offset = m.place, restart_record = m.first, restart_line = m.line, "
        + "prefix_hash = m.hash, rows_read = m.rows_read, inserted = m.inserted, updated = m.updated, unchanged = m.unchanged, "
        + "skipped = m.skipped, superseded = m.superseded, rejected = m.rejected, updated_at = now() "
        + "FROM unnest($3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bytea[], "
        + "$9::bigint[], $10::bigint[], $11::bigint[], $12::bigint[], $13::bigint[], $14::bigint[], $15::bigint[]) "
        + "m (id, record, place, first, line, hash, rows_read, inserted, updated, unchanged, skipped, superseded, rejected) "
        + "WHERE w.manifest_id = m.id AND w.lane = $1 AND w.run_id = $2 RETURNING w.manifest_id";

    /// <summary>Reads a watermark and waits for whoever holds it; −1 where a crash has emptied the table.</summary>
    public string ReadWatermark =>
        $"SELECT CASE WHEN {WasEmptied("m")} THEN -1 ELSE w.record END FROM {schema}.watermarks w JOIN {schema}.manifest m ON m.id = w.manifest_id "
        + "WHERE w.manifest_id = $1 AND w.lane = $2 AND w.run_id = $3 FOR UPDATE OF w";

    public string WriteRejects =>
        $"INSERT INTO {schema}.rejects (run_id, manifest_id, file_name, target, record, line, byte_offset, column_name, code, message, raw, raw_bytes) "
        + "SELECT $1, $2, $3, $4, r.record, r.line, r.place, r.field, r.code, r.message, "
        + "CASE WHEN r.is_text THEN convert_from(r.raw, 'UTF8') END, CASE WHEN NOT r.is_text THEN r.raw END "
        + "FROM unnest($5::bigint[], $6::bigint[], $7::bigint[], $8::text[], $9::text[], $10::text[], $11::bytea[], $12::boolean[]) "
        + "r (record, line, place, field, code, message, raw, is_text)";

    /// <summary>Marks the open ones of the rejects $1 as resolved by run $2.</summary>
    public string ResolveRejects =>
        $"UPDATE {schema}.rejects SET resolved_at = now(), resolved_run = $2 WHERE id = ANY ($1) AND resolved_at IS NULL";

    /// <summary>Makes the rejects $1 open again.</summary>
    public string ReopenRejects =>
        $"UPDATE {schema}.rejects SET resolved_at = NULL, resolved_run = NULL WHERE id = ANY ($1) AND resolved_at IS NOT NULL";

    /// <summary>Ends the loads of files: the counts are the sums of their lanes', so they are exactly what was committed; a success must have all records, in a table that is still what it was.</summary>
    public string FinishEntries =>
        $"UPDATE {schema}.manifest m SET status = e.status, checksum = coalesce(e.checksum, m.checksum), filesize = coalesce(e.size, m.filesize), "
        + "notes = e.notes, processed_at = now(), "
        + "rows_read = w.rows_read, inserted = w.inserted, updated = w.updated, unchanged = w.unchanged, "
        + "skipped = w.skipped, superseded = w.superseded, rejected = w.rejected "
        + "FROM unnest($2::bigint[], $3::text[], $4::bytea[], $5::bigint[], $6::text[], $7::bigint[]) e (id, status, checksum, size, notes, records) "
        + "CROSS JOIN LATERAL (SELECT sum(rows_read)::bigint AS rows_read, sum(inserted)::bigint AS inserted, sum(updated)::bigint AS updated, "
        + "sum(unchanged)::bigint AS unchanged, sum(skipped)::bigint AS skipped, sum(superseded)::bigint AS superseded, "
        + $"sum(rejected)::bigint AS rejected FROM {schema}.watermarks WHERE manifest_id = e.id) w "
        + $"WHERE m.id = e.id AND m.run_id = $1 AND (e.status <> 'success' OR (w.rows_read = e.records AND NOT {WasEmptied("m")})) "
        + "RETURNING m.id, m.rows_read, m.inserted, m.updated, m.unchanged, m.skipped, m.superseded, m.rejected";

    /// <summary>Stands where a file's name does for all of a table, which one replacement at a time may have; files have whole paths.</summary>
    public const string WholeTable = "the whole table";

    /// <summary>Who works on a file, or replaces a table: the run of the newest entry.</summary>
    public string Holder =>
        $"SELECT r.run_id, r.host, r.pid, r.started_at FROM {schema}.manifest m JOIN {schema}.runs r USING (run_id) "
        + $"WHERE (m.file_name = $1 OR ($1 = '{WholeTable}' AND m.mode = 'replace')) AND m.target = $2 AND m.status = 'running' ORDER BY m.id DESC LIMIT 1";
}
