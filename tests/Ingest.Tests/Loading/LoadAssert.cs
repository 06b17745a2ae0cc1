using Ingest.Lanes;
using Ingest.Manifest;
using Ingest.Plan;
using Ingest.Testing;

namespace Ingest.Tests.Loading;

/// <summary>What must hold after every load, whatever it was and however it ended.</summary>
internal static class LoadAssert
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Accounting identity, manifest against tables, success against visible rows, no secret told, and nothing left behind.</summary>
    public static async Task HoldsAsync(TestDatabase database, LoadJob job, LoadResult result, long rowsBefore)
    {
        await NothingIsLeftAsync(database);
        Assert.DoesNotContain([.. result.Plan, result.Error?.Message ?? "", .. result.Files.Select(f => f.Error?.Message ?? "")], database.IsRevealedBy);
        if (job.DryRun) return;
        Assert.Equal(0, await database.RevealingRowsAsync(job.ManifestSchema));
        foreach (var file in result.Files)
        {
            Assert.True(file.Counts.IsBalanced, $"{file.File}: {file.Counts}");
            if (file.Status is FileStatus.AlreadyLoaded or FileStatus.Pending) Assert.Equal(default, file.Counts);
        }
        await ManifestAgreesAsync(database, job, result);
        await RowsAgreeAsync(database, job, result, rowsBefore);
    }

    /// <summary>No session of a loader, no advisory lock and no temporary table is there; backends get a moment to go.</summary>
    public static async Task NothingIsLeftAsync(TestDatabase database)
    {
        const string left = """
            SELECT 'session ' || pid || ' ' || coalesce(query, '') FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'ingest%'
            UNION ALL SELECT 'advisory lock ' || objid FROM pg_locks l JOIN pg_database d ON d.oid = l.database
              WHERE d.datname = current_database() AND locktype = 'advisory'
            UNION ALL SELECT 'temporary table ' || relname FROM pg_class WHERE relpersistence = 't'
            """;
        var deadline = DateTime.UtcNow + Patience;
        IReadOnlyList<string> found;
        while ((found = await database.RowsAsync(left)).Count > 0 && DateTime.UtcNow < deadline) await Task.Delay(20);
        Assert.Empty(found);
    }

    private static async Task ManifestAgreesAsync(TestDatabase database, LoadJob job, LoadResult result)
    {
        var schema = job.ManifestSchema;
        foreach (var file in result.Files.Where(f => f.Status is not (FileStatus.AlreadyLoaded or FileStatus.Pending)))
        {
            var c = file.Counts;
            var name = (File.Exists(file.File) ? Ingest.Sources.CanonicalPath.Of(file.File) : file.File).Replace("'", "''");
            var entries = await database.RowsAsync(
                $"SELECT status, rows_read, inserted, updated, unchanged, skipped, superseded, rejected, checksum IS NOT NULL FROM {schema}.manifest "
                + $"WHERE run_id = '{result.RunId}' AND (file_name = '{name}' OR file_name LIKE '%/{Path.GetFileName(name)}')");
            if (entries.Count == 0)
            {
                // A file that was refused before it began has no entry, and loaded nothing.
                Assert.Equal(FileStatus.Failed, file.Status);
                Assert.Equal(default, c);
                continue;
            }
            var isLoaded = file.Status == FileStatus.Success;
            var found = Assert.Single(entries);
            Assert.StartsWith(
                $"{file.Status.ToString().ToLowerInvariant()}|{c.Read}|{c.Inserted}|{c.Updated}|{c.Unchanged}|{c.Skipped}|{c.Superseded}|{c.Rejected}|",
                found);
            if (isLoaded) Assert.EndsWith("|True", found);
        }

        // What the entries say is what their lanes committed, and what the table of rejects holds.
        Assert.Empty(await database.RowsAsync(
            $"SELECT m.id, m.rejected, (SELECT count(*) FROM {schema}.rejects r WHERE r.manifest_id = m.id) FROM {schema}.manifest m "
            + $"WHERE m.run_id = '{result.RunId}' AND m.rejected <> (SELECT count(*) FROM {schema}.rejects r WHERE r.manifest_id = m.id)"));
        Assert.Empty(await database.RowsAsync(
            $"SELECT m.id FROM {schema}.manifest m JOIN {schema}.watermarks w ON w.manifest_id = m.id WHERE m.run_id = '{result.RunId}' "
            + "GROUP BY m.id HAVING m.rows_read <> sum(w.rows_read) OR m.inserted <> sum(w.inserted)"));
        Assert.Empty(await database.RowsAsync(
            $"SELECT manifest_id, record FROM {schema}.rejects GROUP BY manifest_id, record HAVING count(*) > 1"));
        var ended = result.ExitCode switch
        {
            ExitCode.Success or ExitCode.LoadedWithRejects => "success",
            ExitCode.Interrupted => "interrupted",
            _ => "failed",
        };
        Assert.Equal(ended, await database.ScalarAsync<string>($"SELECT status FROM {schema}.runs WHERE run_id = '{result.RunId}'"));
    }

    private static async Task RowsAgreeAsync(TestDatabase database, LoadJob job, LoadResult result, long rowsBefore)
    {
        var rows = await database.ScalarAsync<long>($"SELECT count(*) FROM {job.Table}");
        if (result.Files.Count == 0)
        {
            Assert.Equal(rowsBefore, rows);
            return;
        }
        if (job.Mode != LoadMode.Replace)
        {
            // What a resume counts includes the runs before it, whose rows were there already, unless in a table that was dropped.
            var inserted = await database.ScalarAsync<long>(
                $"SELECT coalesce(sum(inserted), 0)::bigint FROM {job.ManifestSchema}.manifest WHERE target = '{result.Files[0].Table.Replace("'", "''")}' AND mode <> 'replace' "
                + $"AND target_oid = '{job.Table.ToString().Replace("'", "''")}'::regclass");
            var isFirst = rowsBefore == 0 || job.Resume;
            Assert.Equal(rows, isFirst ? inserted : rowsBefore + result.Total.Inserted);
            return;
        }
        var isReplaced = result.Files.All(f => f.Status == FileStatus.Success);
        if (isReplaced) Assert.Equal(result.Total.Inserted, rows);
        else Assert.Equal(rowsBefore, rows);
    }
}
