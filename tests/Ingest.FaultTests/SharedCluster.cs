namespace Ingest.FaultTests;

/// <summary>The server of the tests of a class.</summary>
public sealed class SharedCluster : IAsyncLifetime
{
    private FaultCluster? cluster;

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
