using System.Globalization;
using Npgsql;

namespace Ingest.FaultTests.Faults;

/// <summary>What happens to the server and its sessions.</summary>
internal static class ServerFaults
{
    private const string Lanes = "FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'ingest%lane%'";

    /// <summary>All of them.</summary>
    public static IEnumerable<Fault> All =>
    [
        new("immediate stop and restart of the server", run => run.SomewhereAsync(() => RestartAsync(run))) { Crashes = true },
        new("kill -9 of a backend", run => run.SomewhereAsync(() => KillBackendAsync(run))) { Crashes = true },
        new("pg_terminate_backend of a lane", run => run.SomewhereAsync(() =>
            run.Scene.Database.ExecuteAsync($"SELECT pg_terminate_backend(pid) {Lanes} ORDER BY random() LIMIT 1"))),
        new("pg_terminate_backend of all sessions", run => run.SomewhereAsync(() => run.Scene.Database.ExecuteAsync(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'ingest%'"))),
        new("pg_cancel_backend of the lanes", run => run.SomewhereAsync(() => CancelAsync(run))),
        new("max_connections reached", run => run.SomewhereAsync(() => TakeAllConnectionsAsync(run))),
        new("server becomes read-only", run => run.SomewhereAsync(() => run.Scene.Database.ExecuteAsync(
            $"ALTER ROLE loader SET default_transaction_read_only = on; SELECT pg_terminate_backend(pid) {Lanes}")))
        {
            Ends = [1, 2], Codes = "25006", MustEnd = true,
            HealAsync = run => run.Scene.Database.ExecuteAsync("ALTER ROLE loader RESET default_transaction_read_only"),
        },
    ];

    private static async Task RestartAsync(FaultRun run)
    {
        await run.Cluster.Sandbox.StopImmediateAsync();
        await Task.Delay(run.Random.Next(1500));
        await run.Cluster.Sandbox.RestartAsync();
    }

    private static async Task KillBackendAsync(FaultRun run)
    {
        var lanes = await run.Scene.Database.RowsAsync($"SELECT pid {Lanes} ORDER BY random() LIMIT 1");
        if (lanes.Count > 0) IngestProcess.Signal(int.Parse(lanes[0], CultureInfo.InvariantCulture), IngestProcess.KillSignal);
        await Task.Delay(100);
        await run.Cluster.ComeBackAsync();
    }

    private static async Task CancelAsync(FaultRun run)
    {
        for (var i = 0; i < 5; i++)
        {
            await run.Scene.Database.ExecuteAsync($"SELECT pg_cancel_backend(pid) {Lanes} AND state = 'active'");
            await Task.Delay(10);
        }
    }

    /// <summary>Takes every connection that is free, and those that the lanes lose.</summary>
    private static async Task TakeAllConnectionsAsync(FaultRun run)
    {
        var taken = new List<NpgsqlConnection>();
        var dsn = new NpgsqlConnectionStringBuilder(run.Scene.Database.ConnectionString) { Username = "loader", Password = FaultCluster.CanaryPassword, ApplicationName = "hog" };
        try
        {
            var end = DateTime.UtcNow.AddSeconds(2);
            await run.Scene.Database.ExecuteAsync($"SELECT pg_terminate_backend(pid) {Lanes}");
            while (DateTime.UtcNow < end)
            {
                var connection = new NpgsqlConnection(dsn.ConnectionString);
                try
                {
                    await connection.OpenAsync();
                    taken.Add(connection);
                }
                catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.TooManyConnections)
                {
                    await connection.DisposeAsync();
                    await Task.Delay(20);
                }
            }
        }
        finally
        {
            foreach (var connection in taken) await connection.DisposeAsync();
        }
    }
}
