using Ingest.Testing;

namespace Ingest.FaultTests;

/// <summary>The server, or a session of it, goes away in the middle of a load.</summary>
public sealed class ServerLossTests(PostgresFixture postgres, DurableCluster durable) : IClassFixture<PostgresFixture>, IClassFixture<DurableCluster>
{
    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Sessions_that_are_terminated_are_opened_again(bool isUpsert)
    {
        await using var scene = await FaultScene.CreateAsync(await postgres.CreateDatabaseAsync(), isUpsert);

        scene.Pace = 700_000;
        using var load = scene.Load(3, "--max-retries", "20");
        for (var step = 1; step <= 6; step++)
        {
            await scene.ReachAsync(load, step * scene.Records / 10);
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
        var sandbox = await durable.GetAsync();
        await using var scene = await FaultScene.CreateAsync(await durable.CreateDatabaseAsync(), isUpsert);

        scene.Pace = 700_000;
        using var load = scene.Load(2);
        await scene.ReachAsync(load, scene.Records / 5);
        await sandbox.StopImmediateAsync();
        await Task.Delay(500);
        await sandbox.RestartAsync();
        scene.Pace = 0;
        var end = await load.EndAsync();
        Assert.True(end.ExitCode == 0, end.Errors);
        await scene.AssertLoadedAsync(hasCrashed: true);
    }

    [SkippableFact]
    public async Task A_file_that_a_server_forgets_is_not_loaded_again_over_a_later_one()
    {
        await using var scene = await FaultScene.CreateAsync(await postgres.CreateDatabaseAsync(), isUpsert: true, records: 3000);
        // The same keys with other columns: a batch of its own, so that it holds nothing of the first file.
        await File.WriteAllLinesAsync(Path.Combine(scene.Folder, "records2.csv"), ["id,v", .. Enumerable.Range(0, scene.Shape.Keys).Select(i => $"{i},later {new string('x', 100)}")]);

        scene.Pace = 100_000;
        using var load = scene.LoadFolder(1, chunkSize: 5000);
        await scene.ReachAsync(load, scene.Records);
        // What a crash does to commits that were not flushed, and only sometimes: the rows and the watermarks go together.
        await scene.Database.ExecuteAsync($"""
            SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'ingest%lane%';
            DELETE FROM t; DELETE FROM writes;
            UPDATE ingest.watermarks SET record = 0, restart_offset = 0, restart_record = 0, restart_line = 0, prefix_hash = '',
              rows_read = 0, inserted = 0, updated = 0, unchanged = 0, skipped = 0, superseded = 0, rejected = 0;
            """);
        scene.Pace = 0;
        var end = await load.EndAsync();

        Assert.True(end.ExitCode == 0, end.Errors);
        Assert.Contains("lost confirmed commits", end.Errors);
        Assert.Equal(["later"], await scene.Database.RowsAsync("SELECT DISTINCT split_part(v, ' ', 1) FROM t"));
    }

    [SkippableFact]
    public async Task A_server_that_stays_away_ends_the_load_and_a_resume_finishes_it()
    {
        var sandbox = await durable.GetAsync();
        await using var scene = await FaultScene.CreateAsync(await durable.CreateDatabaseAsync(), isUpsert: false);

        scene.Pace = 700_000;
        using var load = scene.Load(2, "--reconnect-window", "2");
        await scene.ReachAsync(load, scene.Records / 5);
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
}
