using System.Text;
using Ingest.Testing;

namespace Ingest.FaultTests;

/// <summary>A database with two like tables, a large file, and what must hold in the end.</summary>
internal sealed class FaultScene : IAsyncDisposable
{
    /// <summary>The records of the file.</summary>
    public const int Records = 200_000;

    /// <summary>The keys of the file: some occur twice, far apart.</summary>
    private const int Keys = 180_000;

    private readonly string folder = Directory.CreateTempSubdirectory("ingest-fault-").FullName;

    private FaultScene(TestDatabase database, bool isUpsert)
    {
        Database = database;
        IsUpsert = isUpsert;
        Path = System.IO.Path.Combine(folder, "records.csv");
    }

    /// <summary>The database.</summary>
    public TestDatabase Database { get; }

    /// <summary>Whether the table has a key.</summary>
    public bool IsUpsert { get; }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Makes the table and the file.</summary>
    public static async Task<FaultScene> CreateAsync(TestDatabase database, bool isUpsert)
    {
        var scene = new FaultScene(database, isUpsert);
        await database.ExecuteAsync($"""
            CREATE TABLE t (id int {(isUpsert ? "PRIMARY KEY" : "")}, v text, n numeric); CREATE TABLE writes (id int, v text);
            CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO writes SELECT id, v FROM fresh; RETURN NULL; END';
            CREATE TRIGGER note_insert AFTER INSERT ON t REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION note();
            CREATE TRIGGER note_update AFTER UPDATE ON t REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION note();
            """);
        var text = new StringBuilder("id,v,n\n");
        for (var i = 0; i < Records; i++) text.Append($"{i % Keys},record {i} {new string('x', i % 50)},{i}.25\n");
        await File.WriteAllTextAsync(scene.Path, text.ToString());
        return scene;
    }

    /// <summary>Starts a load of the file.</summary>
    public IngestProcess Load(int concurrency, params string[] more) => IngestProcess.Load(Database.Dsn,
        [Path, "--table", "t", "--mode", IsUpsert ? "upsert" : "append", "--concurrency", $"{concurrency}", "--chunk-size", "2000", .. more]);

    /// <summary>The records whose fate is committed.</summary>
    public async Task<long> CommittedAsync() =>
        await Database.ScalarAsync<bool>("SELECT to_regclass('ingest.watermarks') IS NOT NULL")
            ? await Database.ScalarAsync<long>("SELECT coalesce(sum(rows_read), 0)::bigint FROM ingest.watermarks")
            : 0;

    /// <summary>The status of the newest load.</summary>
    public Task<string> StatusAsync() => Database.ScalarAsync<string>("SELECT status FROM ingest.manifest ORDER BY id DESC LIMIT 1");

    /// <summary>Every record is there once, or superseded by the later one of its key; the counts say so, and nothing is left behind.</summary>
    public async Task AssertLoadedAsync(bool hasCrashed = false)
    {
        var rows = IsUpsert ? Keys : Records;
        var fromFile = $"SELECT i % {Keys}, 'record ' || i || ' ' || repeat('x', i % 50), i + 0.25 FROM generate_series({(IsUpsert ? Records - Keys : 0)}, {Records - 1}) i";
        Assert.Equal($"{rows}", (await Database.RowsAsync("SELECT count(*) FROM t"))[0]);
        Assert.Empty(await Database.RowsAsync($"SELECT * FROM t EXCEPT ALL {fromFile} LIMIT 5"));
        Assert.Empty(await Database.RowsAsync($"({fromFile}) EXCEPT ALL SELECT * FROM t LIMIT 5"));
        Assert.Empty(await Database.RowsAsync("SELECT id, v FROM writes GROUP BY id, v HAVING count(*) > 1 LIMIT 5"));
        Assert.Equal(
            [$"success|{Records}|{rows}|{(IsUpsert ? Records - Keys : 0)}|0|0|0"],
            await Database.RowsAsync("SELECT status, rows_read, inserted, updated + superseded, unchanged, skipped, rejected FROM ingest.manifest WHERE status = 'success'"));
        await AssertNothingIsLeftAsync(hasCrashed);
    }

    /// <summary>No session, advisory lock or temporary table is there; backends of killed clients get a moment to notice.</summary>
    public async Task AssertNothingIsLeftAsync(bool hasCrashed = false)
    {
        // After a crash the temporary tables of its sessions stay until autovacuum finds them.
        var left = $"""
            SELECT 'session ' || pid FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'ingest%'
            UNION ALL SELECT 'advisory lock ' || objid FROM pg_locks l JOIN pg_database d ON d.oid = l.database
              WHERE d.datname = current_database() AND locktype = 'advisory'
            UNION ALL SELECT 'temporary table ' || relname FROM pg_class WHERE relpersistence = 't' AND NOT {hasCrashed}
            """;
        var deadline = DateTime.UtcNow.AddSeconds(20);
        IReadOnlyList<string> found;
        while ((found = await Database.RowsAsync(left)).Count > 0 && DateTime.UtcNow < deadline) await Task.Delay(50);
        Assert.Empty(found);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Directory.Delete(folder, recursive: true);
        await Database.DisposeAsync();
    }
}
