using Ingest.Sandbox.Internals;
using Npgsql;

namespace Ingest.Sandbox;

/// <content>Start, stop and removal of the private cluster.</content>
public sealed partial class PostgresSandbox
{
    // How often a start is tried again when its port was taken, or the killed predecessor's children still live.
    private const int StartAttempts = 20;

    private static readonly TimeSpan SweepAge = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan StartPause = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// Stops the server without a checkpoint, as a crash would: sessions break, and the next start recovers from the
    /// write-ahead log. Does nothing when it is stopped.
    /// </summary>
    public async Task StopImmediateAsync(CancellationToken cancellation = default) =>
        await Private(nameof(StopImmediateAsync)).StopAsync(StopMode.Immediate, cancellation);

    /// <summary>Stops the server with a checkpoint (fast shutdown). Does nothing when it is stopped.</summary>
    public async Task StopAsync(CancellationToken cancellation = default) =>
        await Private(nameof(StopAsync)).StopAsync(StopMode.Fast, cancellation);

    /// <summary>
    /// Starts the server again on the same port and data: after a stop, after its processes were killed, or, when it
    /// still runs, after a fast shutdown.
    /// </summary>
    /// <exception cref="SandboxException">It did not start (<c>start_failed</c>).</exception>
    public async Task RestartAsync(CancellationToken cancellation = default)
    {
        var cluster = Private(nameof(RestartAsync));
        await cluster.StopAsync(StopMode.Fast, cancellation);
        await cluster.StartAsync(Port, cancellation);
    }

    /// <summary>Stops the server and deletes the cluster; for a foreign server, drops the databases created here.</summary>
    public async ValueTask DisposeAsync()
    {
        await using (var pooled = new NpgsqlConnection(ConnectionString)) NpgsqlConnection.ClearPool(pooled);
        if (_cluster is not null)
        {
            await _administration.DisposeAsync();
            await _cluster.DisposeAsync();
            return;
        }

        string[] created;
        lock (_created) created = [.. _created];
        foreach (var database in created) await DropDatabaseAsync(database);
        await _administration.DisposeAsync();
    }

    private static async Task<PostgresSandbox> StartPrivateAsync(SandboxOptions options, CancellationToken cancellation)
    {
        var bin = PostgresBinaries.FindServer(options.BinFolder);
        var parent = options.ParentFolder ?? DefaultParent.Of(options.Preset);
        await ClusterFolder.SweepAsync(parent, bin, SweepAge, cancellation);

        var folder = ClusterFolder.Create(parent);
        var cluster = new PrivateCluster(bin, folder, options.Preset);
        try
        {
            var password = options.Password ?? RandomPassword();
            var settings = Configuration.Build(options.Preset, options.Settings, folder.Root);
            await Cluster.InitializeAsync(bin, folder, password, settings, cancellation);
            cluster.Watch();
            var port = await StartOnFreePortAsync(cluster, options.Port, cancellation);
            return new PostgresSandbox(new NpgsqlConnectionStringBuilder
            {
                Host = "127.0.0.1",
                Port = port,
                Username = Cluster.SuperUser,
                Password = password,
                Database = "postgres",
            }, cluster);
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    private static async Task<int> StartOnFreePortAsync(PrivateCluster cluster, int? wanted, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            var port = wanted ?? LoopbackPort.FindFree();
            try
            {
                await Cluster.StartAsync(cluster.Bin, cluster.Folder, port, cancellation);
                return port;
            }
            catch (SandboxException e) when (wanted is null && attempt < StartAttempts
                && e.Message.Contains("could not bind", StringComparison.Ordinal))
            {
                // Another program took the port between the look and the start: take another.
            }
        }
    }

    /// <summary>A cluster that belongs to this object alone.</summary>
    private sealed class PrivateCluster(string bin, ClusterFolder folder, SandboxPreset preset) : IAsyncDisposable
    {
        private Watchdog? _watchdog;

        internal string Bin => bin;

        internal ClusterFolder Folder => folder;

        /// <summary>Whether writes wait for the disk.</summary>
        internal bool IsDurable => preset != SandboxPreset.Test;

        internal void Watch() => _watchdog = Watchdog.Start(bin, folder);

        internal Task<bool> StopAsync(StopMode mode, CancellationToken cancellation) =>
            Cluster.StopAsync(bin, folder, mode, cancellation);

        internal async Task StartAsync(int port, CancellationToken cancellation)
        {
            for (var attempt = 1; ; attempt++)
            {
                try
                {
                    await Cluster.StartAsync(bin, folder, port, cancellation);
                    return;
                }
                catch (SandboxException e) when (attempt < StartAttempts
                    && (e.Message.Contains("shared memory block", StringComparison.Ordinal)
                        || e.Message.Contains("could not bind", StringComparison.Ordinal)))
                {
                    // The children of a killed postmaster notice its end within moments; until then they hold both.
                    await Task.Delay(StartPause, cancellation);
                }
            }
        }

        public async ValueTask DisposeAsync()
        {
            if (Directory.Exists(folder.Data))
                await Cluster.StopAsync(bin, folder, StopMode.Immediate, CancellationToken.None);
            await folder.DeleteAsync();
            _watchdog?.Dispose();
            _watchdog = null;
        }
    }
}
