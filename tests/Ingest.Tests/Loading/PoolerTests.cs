using Ingest.Testing;
using Npgsql;

namespace Ingest.Tests.Loading;

/// <summary>A load through a pooler: a session of its own for each connection is enough, and less is refused.</summary>
public sealed class PoolerTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const string Table = "CREATE TABLE t (id int PRIMARY KEY, seen text DEFAULT current_setting('application_name'))";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_pooler_that_shares_sessions_is_refused_before_anything_is_set(bool isDryRun)
    {
        await using var scene = await LoadScene.CreateAsync(postgres, Table);
        await using var pooler = Before(scene.Database, sharesSessions: true, out var through);
        var job = LoadScene.Job(scene.Write("p.csv", "id\n1\n")) with { DryRun = isDryRun };

        var refusal = await scene.RefusedAsync(job, through);
        await using var other = new NpgsqlConnection(through);
        await other.OpenAsync();
        await using var ask = new NpgsqlCommand("SELECT current_setting('synchronous_commit') || current_setting('application_name')", other);

        Assert.Equal(("shared_sessions", ExitCode.BadPlan), (refusal.Code, refusal.ExitCode));
        Assert.Contains("pool_mode=session", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("ingest", (string)(await ask.ExecuteScalarAsync())!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Behind_a_pooler_sessions_that_were_cut_off_are_ended_by_their_true_process()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, Table + """
            ; CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_advisory_xact_lock_shared(1); RETURN NULL; END';
            CREATE TRIGGER wait AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION wait();
            """);
        await using var pooler = Before(scene.Database, sharesSessions: false, out var through);
        await using var gate = new NpgsqlConnection(scene.Database.ConnectionString);
        await gate.OpenAsync();
        await using (var close = new NpgsqlCommand("SELECT pg_advisory_lock(1)", gate)) await close.ExecuteNonQueryAsync();

        // One lane: the session of another could be cut off after its end, where it holds nothing, and nobody ends it.
        var load = scene.LoadAsync(LoadScene.Job(scene.Write("p.csv", "id\n1\n2\n")) with { Concurrency = 1 }, through);
        const string waits = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'ingest % lane _' AND wait_event = 'advisory'";
        while (!load.IsCompleted && await scene.Database.ScalarAsync<long>(waits) == 0) await Task.Delay(20);
        pooler.LoseClients();
        await using (var open = new NpgsqlCommand("SELECT pg_advisory_unlock(1)", gate)) await open.ExecuteNonQueryAsync();
        var loaded = await load;

        // The first sessions would keep the rows, and the file, locked.
        Assert.True(loaded.ExitCode == ExitCode.Success, loaded.Error?.Message);
        Assert.Equal(["1", "2"], await scene.Database.RowsAsync("SELECT id FROM t ORDER BY id"));
    }

    [Theory]
    [InlineData("12.22", false)]
    [InlineData("9.6.24", false)]
    [InlineData("13.0", true)]
    public async Task A_server_whose_stages_are_in_no_order_is_refused(string version, bool isLoaded)
    {
        await using var scene = await LoadScene.CreateAsync(postgres, Table);
        await using var pooler = Before(scene.Database, sharesSessions: false, out var through, version);
        var job = LoadScene.Job(scene.Write("p.csv", "id\n1\n"));
        if (isLoaded)
        {
            Assert.Equal(ExitCode.Success, (await scene.LoadAsync(job, through)).ExitCode);
            return;
        }

        var refusal = await scene.RefusedAsync(job, through);

        Assert.Equal("server_too_old", refusal.Code);
        Assert.Contains($"is PostgreSQL {version.Split('.')[0]}:", refusal.Message, StringComparison.Ordinal);
    }

    private static Pooler Before(TestDatabase database, bool sharesSessions, out string through, string? version = null)
    {
        var settings = new NpgsqlConnectionStringBuilder(database.ConnectionString) { Pooling = false };
        var pooler = new Pooler(settings.Host!, settings.Port, sharesSessions) { Version = version };
        (settings.Host, settings.Port) = ("127.0.0.1", pooler.Port);
        through = settings.ConnectionString;
        return pooler;
    }
}
