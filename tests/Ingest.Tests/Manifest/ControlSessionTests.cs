using Ingest.Manifest;
using Ingest.Postgres;
using Ingest.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Ingest.Tests.Manifest;

/// <summary>A run's own connection, when it breaks.</summary>
public sealed class ControlSessionTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const string File = "a.csv", Target = "public.t";

    [Fact]
    public async Task One_that_broke_between_two_statements_is_opened_again_and_holds_its_locks()
    {
        await using var run = await Run.OpenAsync(postgres);
        Assert.True(await run.Control.LockAsync(File, Target, TimeSpan.Zero, CancellationToken.None));
        await run.BreakAsync();

        // Npgsql has let go of the connector: a statement fails as a misuse, not as a failure of the server.
        Assert.Throws<NpgsqlException>(() => run.Control.Connection);
        Assert.True(await run.Control.DoAsync(s => s.TryLockAsync("b.csv", Target, CancellationToken.None), CancellationToken.None));
        await using var other = await Run.OpenAsync(postgres, run.Database);
        Assert.False(await other.Control.LockAsync(File, Target, TimeSpan.Zero, CancellationToken.None));
    }

    [Fact]
    public async Task One_that_could_not_take_its_locks_again_does_nothing()
    {
        await using var run = await Run.OpenAsync(postgres);
        Assert.True(await run.Control.LockAsync(File, Target, TimeSpan.Zero, CancellationToken.None));
        await run.BreakAsync();
        await using var other = await Run.OpenAsync(postgres, run.Database);
        Assert.True(await other.Control.LockAsync(File, Target, TimeSpan.FromSeconds(30), CancellationToken.None));

        var wasDone = false;
        for (var attempt = 0; attempt < 2; attempt++)
        {
            using var patience = new CancellationTokenSource();
            var doing = run.Control.DoAsync(async _ =>
            {
                await run.Control.Connection.ExecuteAsync("SELECT", [], patience.Token);
                return wasDone = true;
            }, patience.Token);
            while (!doing.IsCompleted && !await run.WaitsForLocksAsync()) await Task.Delay(20);
            await patience.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => doing);
        }
        Assert.False(wasDone);
    }

    [Fact]
    public async Task What_a_lost_answer_has_told_the_manifest_may_be_told_again()
    {
        await using var run = await Run.OpenAsync(postgres);
        NewManifestEntry Entry(string file) => new(file, Target, 1, IsUnlogged: true, "append", 1, 2, ["id"], "{}", "");
        await ManifestSchema.EnsureAsync(run.Control.Connection, new ManifestSql("ingest"), CancellationToken.None);
        for (var attempt = 0; attempt < 2; attempt++)
            await run.Control.DoAsync(s => s.StartRunAsync(Target, "append", CancellationToken.None), CancellationToken.None);

        var first = await run.Control.DoAsync(s => s.CreateEntriesAsync([Entry("a.csv"), Entry("b.csv")], CancellationToken.None), CancellationToken.None);
        var again = await run.Control.DoAsync(s => s.CreateEntriesAsync([Entry("a.csv"), Entry("b.csv")], CancellationToken.None), CancellationToken.None);

        Assert.Equal(first, again);
        Assert.Equal(4, await run.Database.ScalarAsync<long>("SELECT count(*) FROM ingest.watermarks"));
        Assert.Equal(2, await run.Database.ScalarAsync<long>("SELECT count(*) FROM ingest.unlogged_loads"));
    }

    /// <summary>A run that has only its own connection.</summary>
    private sealed class Run : IAsyncDisposable
    {
        private readonly bool ownsDatabase;
        private readonly Guid id = Guid.NewGuid();
        private readonly Connections connections;

        private Run(TestDatabase database, bool ownsDatabase)
        {
            Database = database;
            this.ownsDatabase = ownsDatabase;
            connections = new(new NpgsqlConnectionStringBuilder(database.ConnectionString), new(MaxRetries: 0, ReconnectWindow: 60, CommandTimeout: 30), NullLogger.Instance);
            Control = new(connections, new ManifestSql("ingest"), new(Durable: false, LockTimeout: 30), id, NullLogger.Instance);
        }

        public TestDatabase Database { get; }

        public ControlSession Control { get; }

        public static async Task<Run> OpenAsync(PostgresFixture postgres, TestDatabase? shared = null)
        {
            var run = new Run(shared ?? await postgres.CreateDatabaseAsync(), shared is null);
            await run.Control.OpenAsync(CancellationToken.None);
            return run;
        }

        /// <summary>Ends the backend, and lets the failure that tells of it go by.</summary>
        public async Task BreakAsync()
        {
            await Database.ExecuteAsync($"SELECT pg_terminate_backend({Control.Connection.ProcessID})");
            await Assert.ThrowsAnyAsync<NpgsqlException>(() => Control.Connection.ExecuteAsync("SELECT", [], CancellationToken.None));
        }

        /// <summary>Whether the connection that was opened again asks for the lock.</summary>
        public Task<bool> WaitsForLocksAsync() => Database.ScalarAsync<bool>(
            $"SELECT EXISTS (SELECT FROM pg_stat_activity WHERE application_name = '{SessionSettings.ControlName(id)}' AND query LIKE '%advisory%')");

        public async ValueTask DisposeAsync()
        {
            await Control.DisposeAsync();
            await connections.DisposeAsync();
            if (ownsDatabase) await Database.DisposeAsync();
        }
    }
}
