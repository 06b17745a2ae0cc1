using Ingest.Manifest;
using Ingest.Postgres;
using Ingest.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Ingest.Tests.Manifest;

/// <summary>A run that has only its own connection.</summary>
internal sealed class ControlScene : IAsyncDisposable
{
    private readonly bool ownsDatabase;
    private readonly Guid id = Guid.NewGuid();
    private readonly Connections connections;

    private ControlScene(TestDatabase database, bool ownsDatabase)
    {
        Database = database;
        this.ownsDatabase = ownsDatabase;
        connections = new(new NpgsqlConnectionStringBuilder(database.ConnectionString), new(MaxRetries: 0, ReconnectWindow: 60, CommandTimeout: 30), NullLogger.Instance);
        Control = new(connections, new ManifestSql("ingest"), new(Durable: false, LockTimeout: 30), id, NullLogger.Instance);
    }

    public TestDatabase Database { get; }

    public ControlSession Control { get; }

    public static async Task<ControlScene> OpenAsync(PostgresFixture postgres, TestDatabase? shared = null)
    {
        var run = new ControlScene(shared ?? await postgres.CreateDatabaseAsync(), shared is null);
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
