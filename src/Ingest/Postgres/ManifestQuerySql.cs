namespace Ingest.Postgres;

/// <summary>The statements that read the manifest, for one schema, and the one that resolves rejects.</summary>
internal sealed class ManifestQuerySql(string schemaName)
{
    private const string Counts = "rows_read, inserted, updated, unchanged, skipped, superseded, rejected";

    // The manifest's own counts are written at the end; until then the watermarks have what is committed.
    private const string LiveCounts =
        "CASE WHEN m.status = 'running' THEN w.{0} ELSE m.{0} END";

    private readonly string schema = Identifier.Quote(schemaName);

    /// <summary>The newest runs ($2 of them) whose id starts with $1.</summary>
    public string Runs =>
        $"SELECT r.run_id, r.started_at, r.finished_at, r.status, r.target, r.mode, r.host, r.pid, r.version, r.notes, "
        + $"count(f.id), {Each(c => $"coalesce(sum(f.{c}), 0)::bigint")} "
        + $"FROM (SELECT * FROM {schema}.runs WHERE run_id::text LIKE $1 ORDER BY started_at DESC LIMIT $2) r "
        + $"LEFT JOIN ({LiveFiles}) f USING (run_id) "
        + "GROUP BY r.run_id, r.started_at, r.finished_at, r.status, r.target, r.mode, r.host, r.pid, r.version, r.notes "
        + "ORDER BY r.started_at DESC";

    /// <summary>The files of run $1.</summary>
    public string Files =>
        $"SELECT id, file_name, target, mode, status, filesize, checksum, started_at, processed_at, {Counts}, notes "
        + $"FROM ({LiveFiles}) f WHERE run_id = $1 ORDER BY id";

    /// <summary>Rejects by run $1, file $2, table $3, resolved ones too $4, limit $5; null does not restrict.</summary>
    public string Rejects =>
        "SELECT id, manifest_id, run_id, file_name, record, line, column_name, code, message, raw, raw_bytes, resolved_at "
        + $"FROM {schema}.rejects r WHERE {RejectFilter} ORDER BY manifest_id, record, id LIMIT $5";

    /// <summary>The number of rejects, by the same parameters.</summary>
    public string CountRejects => $"SELECT count(*) FROM {schema}.rejects r WHERE {RejectFilter} AND $5::bigint IS NOT NULL";

    /// <summary>The loads that the rejects come from, by the same parameters.</summary>
    public string RejectOrigins =>
        $"SELECT id, file_name, target, mode, header, dialect FROM {schema}.manifest WHERE id IN "
        + $"(SELECT manifest_id FROM {schema}.rejects r WHERE {RejectFilter} AND $5::bigint IS NOT NULL) ORDER BY id";

    /// <summary>The loads that the rejects with the ids $1 come from.</summary>
    public string OriginsOfIds =>
        $"SELECT id, file_name, target, mode, header, dialect FROM {schema}.manifest WHERE id IN "
        + $"(SELECT manifest_id FROM {schema}.rejects WHERE id = ANY ($1)) ORDER BY id";

    /// <summary>Those of the rejects $1 that are there, and whether they are resolved.</summary>
    public string States => $"SELECT id, resolved_at IS NOT NULL FROM {schema}.rejects WHERE id = ANY ($1)";

    /// <summary>How many rejects run $1 has resolved.</summary>
    public string CountResolved => $"SELECT count(*) FROM {schema}.rejects WHERE id = ANY ($2) AND resolved_run = $1";

    private static string RejectFilter =>
        "($1::uuid IS NULL OR r.run_id = $1) AND ($2::text IS NULL OR r.file_name = $2 OR right(r.file_name, length($2) + 1) = '/' || $2) "
        + "AND ($3::text IS NULL OR r.target = $3 OR right(r.target, length($3) + 1) = '.' || $3) AND ($4::bool OR r.resolved_at IS NULL)";

    private string LiveFiles =>
        $"SELECT m.id, m.run_id, m.file_name, m.target, m.mode, m.status, m.filesize, m.checksum, m.started_at, m.processed_at, m.notes, "
        + Each(c => LiveCounts.Replace("{0}", c, StringComparison.Ordinal) + " AS " + c)
        + $" FROM {schema}.manifest m LEFT JOIN LATERAL (SELECT {Each(c => $"coalesce(sum({c}), 0)::bigint AS {c}")} "
        + $"FROM {schema}.watermarks WHERE manifest_id = m.id) w ON m.status = 'running'";

    private static string Each(Func<string, string> ofColumn) => string.Join(", ", Counts.Split(", ").Select(ofColumn));
}
