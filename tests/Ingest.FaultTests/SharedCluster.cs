using System.Globalization;

namespace Ingest.FaultTests;

/// <summary>The server of the tests of a class, and the seed of their choices (<c>INGEST_FAULT_SEED</c> replays one).</summary>
public sealed class SharedCluster : IAsyncLifetime
{
    private FaultCluster? cluster;

    /// <summary>The seed of this run of the tests.</summary>
    public int Seed { get; } = Environment.GetEnvironmentVariable("INGEST_FAULT_SEED") is { Length: > 0 } seed
        ? int.Parse(seed, CultureInfo.InvariantCulture)
        : Environment.TickCount;

    /// <inheritdoc/>
    public Task InitializeAsync() => Task.CompletedTask;

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        if (cluster is not null) await cluster.DisposeAsync();
    }

    /// <summary>The server; starts it at the first call.</summary>
    internal async Task<FaultCluster> GetAsync()
    {
        Skip.If(OperatingSystem.IsWindows(), "there are no signals");
        return cluster ??= await FaultCluster.StartAsync();
    }
}
