using System.Diagnostics;
using System.Globalization;
using Ingest.Sandbox;
using Ingest.Testing;

namespace Ingest.FaultTests;

/// <summary>A server that may be broken in every way, and a role without privileges that loads into it.</summary>
internal sealed class FaultCluster : IAsyncDisposable
{
    /// <summary>The loader's password, with what needs escaping in every notation; may be seen nowhere.</summary>
    public const string CanaryPassword = "Kanari3n vogel'%\"geheim";

    private static readonly Dictionary<string, string> Settings = new()
    {
        ["max_connections"] = "25",
        ["deadlock_timeout"] = "200ms",
        ["min_wal_size"] = "32MB",
        ["max_wal_size"] = "64MB",
        ["wal_keep_size"] = "0",
        ["shared_buffers"] = "64MB",
    };

    private int databases;

    private FaultCluster(PostgresSandbox sandbox) => Sandbox = sandbox;

    /// <summary>The server.</summary>
    public PostgresSandbox Sandbox { get; }

    /// <summary>The disk of the tablespace <c>small</c>; null where none can be mounted.</summary>
    public SmallDisk? DataDisk { get; private set; }

    /// <summary>The disk of the write-ahead log; null where none can be mounted.</summary>
    public SmallDisk? LogDisk { get; private set; }

    /// <summary>The cable that <see cref="LayCableAsync"/> has laid.</summary>
    public NetworkCable? Cable { get; private set; }

    /// <summary>Starts the server.</summary>
    public static async Task<FaultCluster> StartAsync()
    {
        var cluster = new FaultCluster(await PostgresSandbox.StartAsync(new() { Dsn = null, Settings = Settings }));
        await cluster.Sandbox.ExecuteAsync($"CREATE ROLE loader LOGIN PASSWORD '{CanaryPassword.Replace("'", "''", StringComparison.Ordinal)}'");
        await cluster.MountAsync();
        return cluster;
    }

    /// <summary>Makes a database with a table and a file for it.</summary>
    public async Task<FaultScene> CreateSceneAsync(SceneShape shape)
    {
        var name = $"faults{++databases}";
        var connection = await Sandbox.CreateDatabaseAsync(name);
        // Without a pool: its connections would not survive a crash.
        var database = new TestDatabase(connection + ";Pooling=false", Sandbox.DsnFor(name), () => Sandbox.DropDatabaseAsync(name));
        var scene = await FaultScene.CreateAsync(database, shape);
        await database.ExecuteAsync($"GRANT CREATE ON DATABASE {name} TO loader; GRANT SELECT, INSERT, UPDATE ON t TO loader");
        return scene;
    }

    /// <summary>Makes the server reachable from the other end of a cable.</summary>
    public async Task LayCableAsync()
    {
        Cable?.Set(up: true);
        if (Cable is not null) return;
        Cable = NetworkCable.TryLay() ?? throw new InvalidOperationException("the cable cannot be laid: is ip allowed to?");
        await File.AppendAllTextAsync(Path.Combine(Sandbox.DataDirectory, "postgresql.conf"), $"\nlisten_addresses = '127.0.0.1,{Cable.Address}'\n");
        await File.AppendAllTextAsync(Path.Combine(Sandbox.DataDirectory, "pg_hba.conf"), $"\nhost all loader {Cable.Network} scram-sha-256\n");
        await Sandbox.StopAsync();
        await Sandbox.RestartAsync();
    }

    /// <summary>The address of a scene's database for the loader, through another port.</summary>
    public static string LoaderDsn(FaultScene scene, int port, string? host = null)
    {
        var uri = new UriBuilder(scene.Database.Dsn) { UserName = "loader", Password = Uri.EscapeDataString(CanaryPassword), Port = port };
        if (host is not null) uri.Host = host;
        return uri.Uri.OriginalString + "?connect_timeout=3";
    }

    /// <summary>Waits until the server takes connections, and starts it when it has gone down for good.</summary>
    public async Task ComeBackAsync()
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await Sandbox.ExecuteAsync("SELECT 1");
                return;
            }
            catch (Exception e) when (attempt < 100 && e is Npgsql.NpgsqlException or SandboxException)
            {
                if (attempt % 20 == 10) await Sandbox.RestartAsync();
                else await Task.Delay(50);
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Sandbox.DisposeAsync();
        Cable?.Dispose();
        DataDisk?.Dispose();
        LogDisk?.Dispose();
    }

    private async Task MountAsync()
    {
        var log = Path.Combine(Sandbox.DataDirectory, "pg_wal");
        var owner = await OwnerAsync(log);
        // Room for the largest table twice, since a change of a column's type rewrites it.
        DataDisk = SmallDisk.TryMount(128, owner);
        LogDisk = SmallDisk.TryMount(256, owner);
        if (DataDisk is not null)
        {
            await Sandbox.ExecuteAsync($"CREATE TABLESPACE small LOCATION '{DataDisk.Folder}'");
            await Sandbox.ExecuteAsync("GRANT CREATE ON TABLESPACE small TO loader");
        }
        if (LogDisk is null) return;
        await Sandbox.StopAsync();
        foreach (var entry in Directory.GetFileSystemEntries(log)) MoveInto(LogDisk.Folder, entry);
        Directory.Delete(log);
        Directory.CreateSymbolicLink(log, LogDisk.Folder);
        Process.Start("chown", ["-R", owner, LogDisk.Folder]).WaitForExit();
        await Sandbox.RestartAsync();
    }

    private static void MoveInto(string folder, string entry)
    {
        var to = Path.Combine(folder, Path.GetFileName(entry));
        if (Directory.Exists(entry)) Directory.CreateDirectory(to);
        else File.Copy(entry, to);
        if (Directory.Exists(entry)) Directory.Delete(entry, recursive: true);
        else File.Delete(entry);
    }

    private static async Task<string> OwnerAsync(string path)
    {
        using var process = Process.Start(new ProcessStartInfo("stat", ["-c", "%u", path]) { RedirectStandardOutput = true })!;
        return int.Parse(await process.StandardOutput.ReadToEndAsync(), CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture);
    }
}
