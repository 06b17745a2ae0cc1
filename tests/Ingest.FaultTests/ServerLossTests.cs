using Ingest.FaultTests.Proxy;
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

    [SkippableFact]
    public async Task A_long_batch_whose_session_is_terminated_is_read_again()
    {
        await using var scene = await FaultScene.CreateAsync(await postgres.CreateDatabaseAsync(), isUpsert: false);

        scene.Pace = 700_000;
        using var load = scene.Load(1);
        // The batches of one lane take 1, 4, 16 and 40 times 1,000 rows.
        await scene.ReachAsync(load, 5000);
        await Task.Delay(TimeSpan.FromSeconds(1));
        await scene.Database.ExecuteAsync(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'ingest%lane%'");
        scene.Pace = 0;
        var end = await load.EndAsync();

        Assert.True(end.ExitCode == 0, end.Errors);
        Assert.Contains("going back to what is committed", end.Errors);
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

    [SkippableFact]
    public async Task An_unlogged_table_that_a_crash_empties_ends_the_load()
    {
        var sandbox = await durable.GetAsync();
        await using var scene = await FaultScene.CreateAsync(await durable.CreateDatabaseAsync(), isUpsert: false);
        await scene.Database.ExecuteAsync("ALTER TABLE t SET UNLOGGED");

        scene.Pace = 700_000;
        using var load = scene.Load(2);
        await scene.ReachAsync(load, scene.Records / 5);
        await sandbox.StopImmediateAsync();
        await sandbox.RestartAsync();
        scene.Pace = 0;
        var end = await load.EndAsync();
        using var resume = scene.Load(2, "--resume");
        var refused = await resume.EndAsync();
        using var restart = scene.Load(2, "--restart");
        var restarted = await restart.EndAsync();

        Assert.True(end.ExitCode == 1, $"{end.ExitCode}: {end.Errors}");
        Assert.Contains("UNLOGGED", end.Errors);
        Assert.True(refused.ExitCode == 2, $"{refused.ExitCode}: {refused.Errors}");
        Assert.True(restarted.ExitCode == 0, restarted.Errors);
        Assert.Equal(scene.Records, await scene.Database.ScalarAsync<long>("SELECT count(*) FROM t"));
    }

    [SkippableFact]
    public async Task Small_files_whose_commit_got_no_answer_are_not_applied_again_by_a_server_that_cannot_say()
    {
        await using var scene = await FaultScene.CreateAsync(await postgres.CreateDatabaseAsync(), new(400, IsUpsert: false, HasRows: false, HasRejects: false, Files: 4));
        var (isCut, sessions) = (0, 0);
        // Committed, and the session that could ask whether is read-only, as in a failover; the one after it is not.
        scene.Watch = async passage =>
        {
            if (isCut == 1 && passage is { Point: ProxyPoint.Startup, ToServer: true } && Interlocked.Increment(ref sessions) == 2) await SetReadOnlyAsync("off");
            if (!passage.IsLane || passage.Point != ProxyPoint.Committed || Interlocked.Exchange(ref isCut, 1) == 1) return Verdict.Pass;
            await SetReadOnlyAsync("on");
            return Verdict.Before(LinkEnding.Reset);
        };

        using var load = scene.Load(1);
        var end = await load.EndAsync();
        scene.Watch = null;
        await SetReadOnlyAsync("off");
        using var resume = scene.Load(1, "--resume");
        var resumed = await resume.EndAsync();

        Assert.True(end.ExitCode == 1, $"{end.ExitCode}: {end.Errors}");
        Assert.Contains("25006", end.Errors);
        Assert.True(resumed.ExitCode == 0, resumed.Errors);
        await scene.AssertLoadedAsync();

        Task SetReadOnlyAsync(string setting) => scene.Database.ExecuteAsync(
            $"SET transaction_read_only = off; DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET default_transaction_read_only = {setting}', current_database()); END $$");
    }
}
