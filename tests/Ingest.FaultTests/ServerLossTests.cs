using Ingest.Sandbox;
using Ingest.Testing;

namespace Ingest.FaultTests;

/// <summary>The server, or a session of it, goes away in the middle of a load.</summary>
public sealed class ServerLossTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private static SandboxOptions Durable => new()
    {
        Dsn = null,
        Databases = ["faults"],
        Settings = new Dictionary<string, string> { ["fsync"] = "on" },
    };

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Sessions_that_are_terminated_are_opened_again(bool isUpsert)
    {
        await using var scene = await FaultScene.CreateAsync(await postgres.CreateDatabaseAsync(), isUpsert);

        scene.Pace = 1_000_000;
        using var load = scene.Load(3, "--max-retries", "20");
        for (var step = 1; step <= 6; step++)
        {
            while (load.IsRunning && await scene.CommittedAsync() < step * scene.Records / 10) await Task.Delay(2);
            // Also the run's own session, which holds the lock of the file.
            await scene.Database.ExecuteAsync(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'ingest%'"
                + (step % 2 == 0 ? "" : " AND pid IN (SELECT pid FROM pg_stat_activity WHERE application_name LIKE 'ingest%' ORDER BY random() LIMIT 2)"));
        }
        scene.Pace = 0;
        var end = await load.EndAsync();

        Assert.True(end.ExitCode == 0, end.Errors);
        await scene.AssertLoadedAsync();
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_server_that_crashes_and_comes_back_loses_no_record(bool isUpsert)
    {
        await using var sandbox = await PostgresSandbox.StartAsync(Durable);
        var database = Faults(sandbox);
        await using var scene = await FaultScene.CreateAsync(database, isUpsert);

        scene.Pace = 1_000_000;
        using var load = scene.Load(2);
        while (load.IsRunning && await scene.CommittedAsync() < scene.Records / 5) await Task.Delay(2);
        await sandbox.StopImmediateAsync();
        await Task.Delay(1500);
        await sandbox.RestartAsync();
        scene.Pace = 0;
        var end = await load.EndAsync();
        Assert.True(end.ExitCode == 0, end.Errors);
        await scene.AssertLoadedAsync(hasCrashed: true);
    }

    [SkippableFact]
    public async Task A_server_that_stays_away_ends_the_load_and_a_resume_finishes_it()
    {
        await using var sandbox = await PostgresSandbox.StartAsync(Durable);
        var database = Faults(sandbox);
        await using var scene = await FaultScene.CreateAsync(database, isUpsert: false);

        scene.Pace = 1_000_000;
        using var load = scene.Load(2, "--reconnect-window", "3");
        while (load.IsRunning && await scene.CommittedAsync() < scene.Records / 5) await Task.Delay(2);
        await sandbox.StopImmediateAsync();
        var lost = await load.EndAsync();
        await sandbox.RestartAsync();
        scene.Pace = 0;
        using var resume = scene.Load(3, "--resume");
        var end = await resume.EndAsync();

        Assert.True(lost.ExitCode == 4, $"{lost.ExitCode}: {lost.Errors}");
        Assert.True(end.ExitCode == 0, end.Errors);
        await scene.AssertLoadedAsync(hasCrashed: true);
    }

    /// <summary>Without a pool: its connections would not survive the crash.</summary>
    private static TestDatabase Faults(PostgresSandbox sandbox) =>
        new(sandbox.ConnectionStringFor("faults") + ";Pooling=false", sandbox.DsnFor("faults"), () => Task.CompletedTask);
}
