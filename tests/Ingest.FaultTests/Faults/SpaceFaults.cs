using Ingest.Sandbox;
using Npgsql;

namespace Ingest.FaultTests.Faults;

/// <summary>Disks that are full, on the server and here.</summary>
internal static class SpaceFaults
{
    private const string NeedsMount = "a small disk needs root on Linux, and the right to mount";

    /// <summary>All of them.</summary>
    public static IEnumerable<Fault> All =>
    [
        DataDiskFull("data disk full", "ALTER TABLE t SET TABLESPACE small"),
        DataDiskFull("disk of temporary tables full", """
            DO $$ BEGIN EXECUTE format('ALTER ROLE loader IN DATABASE %I SET temp_tablespaces = small', current_database()); END $$
            """) with { NeedsRows = true },
        new("data disk full for a moment", run => DataDiskFullAsync(run, TimeSpan.FromMilliseconds(600)))
        {
            Obstacle = HasNoDataDisk,
            PrepareAsync = run => run.Scene.Database.ExecuteAsync("ALTER TABLE t SET TABLESPACE small"),
            Ends = [4], Codes = "53100",
        },
        new("disk of the write-ahead log full", run => run.SomewhereAsync(() => LogDiskFullAsync(run)))
        {
            Obstacle = cluster => cluster.LogDisk is null ? NeedsMount : null, Crashes = true, Mixes = false, Ends = [4], Codes = "57P03|58030|53100|unreachable|connection",
        },
        new("standard output full", EndedByItselfAsync) { Redirection = " >/dev/full", Ends = [1], Codes = "output", MustEnd = true, Mixes = false, Obstacle = HasNoFullDevice },
        new("standard error full", EndedByItselfAsync) { Redirection = " 2>/dev/full", Mixes = false, Obstacle = HasNoFullDevice },
        new("standard output and error full", EndedByItselfAsync)
            { Redirection = " >/dev/full 2>/dev/full", Ends = [1], MustEnd = true, Mixes = false, Obstacle = HasNoFullDevice },
    ];

    private static Fault DataDiskFull(string name, string move) => new(name, run => DataDiskFullAsync(run, null))
    {
        Obstacle = HasNoDataDisk,
        PrepareAsync = run => run.Scene.Database.ExecuteAsync(move),
        MaxRetries = 2,
        Ends = [4],
        Codes = "53100",
    };

    private static async Task<int> DataDiskFullAsync(FaultRun run, TimeSpan? pause)
    {
        if (await run.SomewhereAsync(() => Task.Run(run.Cluster.DataDisk!.Fill)) == 0) return 0;
        await Task.WhenAny(run.Load.Ended, Task.Delay(pause ?? TimeSpan.FromMinutes(1)));
        run.Cluster.DataDisk!.Free();
        return 1;
    }

    /// <summary>The server goes down when it cannot write its log, and comes back when it can.</summary>
    private static async Task LogDiskFullAsync(FaultRun run)
    {
        run.Cluster.LogDisk!.Fill();
        for (var i = 0; i < 20; i++)
        {
            try
            {
                // A new segment has to be made sooner or later.
                await run.Cluster.Sandbox.ExecuteAsync("CREATE TABLE IF NOT EXISTS wal (i int); INSERT INTO wal VALUES (1); SELECT pg_switch_wal()");
            }
            catch (Exception e) when (e is NpgsqlException or SandboxException)
            {
                break;
            }
        }
        run.Cluster.LogDisk.Free();
        await run.Cluster.ComeBackAsync();
    }

    private static async Task<int> EndedByItselfAsync(FaultRun run)
    {
        await run.Load.Ended;
        return 1;
    }

    private static string? HasNoDataDisk(FaultCluster cluster) => cluster.DataDisk is null ? NeedsMount : null;

    private static string? HasNoFullDevice(FaultCluster cluster) => File.Exists("/dev/full") ? null : "there is no /dev/full";
}
