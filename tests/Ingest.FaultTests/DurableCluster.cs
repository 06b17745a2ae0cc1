using Ingest.Sandbox;
using Ingest.Testing;

namespace Ingest.FaultTests;

/// <summary>A server of a class's own that keeps what it commits when it crashes.</summary>
public sealed class DurableCluster : IAsyncLifetime
{
    private PostgresSandbox? sandbox;
    private int databases;

    /// <inheritdoc/>
    public Task InitializeAsync() => Task.CompletedTask;

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        if (sandbox is not null) await sandbox.DisposeAsync();
    }

    /// <summary>The server; starts it at the first call.</summary>
    internal async Task<PostgresSandbox> GetAsync() =>
        sandbox ??= await PostgresSandbox.StartAsync(new() { Dsn = null, Settings = new Dictionary<string, string> { ["fsync"] = "on" } });

    /// <summary>A new database, without a pool: its connections would not survive a crash.</summary>
    internal async Task<TestDatabase> CreateDatabaseAsync()
    {
        var server = await GetAsync();
        var name = $"faults{++databases}";
        var connection = await server.CreateDatabaseAsync(name);
        return new(connection + ";Pooling=false", server.DsnFor(name), () => server.DropDatabaseAsync(name));
    }
}
