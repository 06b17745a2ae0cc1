using System.Diagnostics;
using Ingest.Sandbox.Host;
using Ingest.Sandbox.Internals;
using Npgsql;

namespace Ingest.Sandbox.Tests;

/// <summary>What remains of a sandbox when the process that owns it ends, in whatever way.</summary>
public sealed class OwnerDeathTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [SkippableFact]
    public async Task A_killed_owner_leaves_neither_server_nor_folder()
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows has no watchdog; the next start sweeps");
        SkipWithoutBinaries();
        using var owner = StartHost();
        var (folder, postmaster) = await DescribeAsync(owner);

        owner.Kill();

        await UntilAsync(() => !Directory.Exists(folder), "the folder is gone");
        await UntilAsync(() => !IsRunning(postmaster), "the server is gone");
    }

    [SkippableFact]
    public async Task The_end_of_standard_input_ends_the_sandbox_and_its_host()
    {
        SkipWithoutBinaries();
        using var owner = StartHost();
        var (folder, postmaster) = await DescribeAsync(owner);

        owner.StandardInput.Close();
        await owner.WaitForExitAsync();

        Assert.Equal(0, owner.ExitCode);
        Assert.False(Directory.Exists(folder));
        await UntilAsync(() => !IsRunning(postmaster), "the server is gone");
    }

    [SkippableFact]
    public async Task A_sweep_stops_and_deletes_what_has_no_owner_any_more()
    {
        var bin = FindBinaries();
        using var parent = new OpenFolder();
        int postmaster;
        // Without a watchdog, and with the lock gone as the kernel drops it at the owner's death.
        using (var folder = ClusterFolder.Create(parent.Path))
        {
            await Cluster.InitializeAsync(bin, folder, "password",
                Configuration.Build(SandboxPreset.Test, new Dictionary<string, string>(), folder.Root), default);
            await Cluster.StartAsync(bin, folder, LoopbackPort.FindFree(), default);
            postmaster = Cluster.PostmasterPid(folder)!.Value;
        }

        Assert.True(IsRunning(postmaster));
        await ClusterFolder.SweepAsync(parent.Path, bin, youngest: TimeSpan.Zero, default);

        Assert.Empty(Directory.GetDirectories(parent.Path));
        await UntilAsync(() => !IsRunning(postmaster), "the server is gone");
    }

    [SkippableFact]
    public async Task A_sweep_leaves_the_living_alone()
    {
        var bin = FindBinaries();
        using var parent = new OpenFolder();
        await using (var sandbox = await PrivateClusterTests.StartAsync(new SandboxOptions { Dsn = null, ParentFolder = parent.Path }))
        {
            await ClusterFolder.SweepAsync(parent.Path, bin, youngest: TimeSpan.Zero, default);

            Assert.Equal("1", await PrivateClusterTests.ScalarAsync(sandbox, "SELECT 1::text"));
        }
    }

    private static Process StartHost()
    {
        var host = typeof(HostArguments).Assembly.Location;
        var info = new ProcessStartInfo("dotnet", [host]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        info.Environment.Remove(SandboxOptions.DsnVariable);
        return Process.Start(info)!;
    }

    private static async Task<(string Folder, int Postmaster)> DescribeAsync(Process owner)
    {
        var dsn = await owner.StandardOutput.ReadLineAsync().WaitAsync(Patience);
        var address = new NpgsqlConnectionStringBuilder(PostgresSandbox.ConnectionStringOf(dsn!)) { Pooling = false };
        await using var connection = new NpgsqlConnection(address.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("SHOW data_directory", connection);
        var data = (string)(await command.ExecuteScalarAsync())!;
        var pid = int.Parse(File.ReadLines(Path.Combine(data, "postmaster.pid")).First());
        return (Path.GetDirectoryName(data)!, pid);
    }

    private static bool IsRunning(int pid)
    {
        try
        {
            using var process = Process.GetProcessById(pid);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static async Task UntilAsync(Func<bool> holds, string what)
    {
        var clock = Stopwatch.StartNew();
        while (!holds())
        {
            Assert.True(clock.Elapsed < Patience, $"after {Patience.TotalSeconds} s it does not hold that {what}");
            await Task.Delay(20);
        }
    }

    private static void SkipWithoutBinaries() => FindBinaries();

    private static string FindBinaries()
    {
        try
        {
            return PostgresBinaries.FindServer();
        }
        catch (SandboxException)
        {
            throw new SkipException("a private cluster needs PostgreSQL's server binaries on this machine");
        }
    }
}
