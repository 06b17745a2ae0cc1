using Ingest.Lanes;
using Ingest.Manifest;
using Ingest.Testing;

namespace Ingest.Tests.Loading;

/// <summary>The table, the session or the server is not what it was when a load was interrupted.</summary>
public sealed class ResumeAfterChangeTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Theory]
    [InlineData("int", "real")]
    [InlineData("bigint", "double precision")]
    public async Task A_replacement_whose_columns_were_altered_begins_anew(string before, string after)
    {
        await using var scene = await LoadScene.CreateAsync(postgres, $"CREATE TABLE t (id int PRIMARY KEY, v {before}); INSERT INTO t VALUES (-1, 0)");
        var path = scene.Write("r.csv", CsvText.File("id,v", Enumerable.Range(0, 300).Select(i => i == 250 ? "bad,1" : $"{i},{i + 700}")));
        var job = LoadScene.Job(path) with { Mode = LoadMode.Replace, ChunkSize = 10, Concurrency = 1 };

        var failed = await scene.LoadAsync(job);
        await scene.Database.ExecuteAsync($"ALTER TABLE t ALTER v TYPE {after}");
        var resumed = await scene.LoadAsync(job with { Resume = true, MaxRejects = new(1, null) });

        Assert.Equal((ExitCode.FileFailed, "reject_limit"), (failed.ExitCode, failed.Error?.Code));
        Assert.True(resumed.ExitCode == ExitCode.LoadedWithRejects, resumed.Error?.Message);
        Assert.Equal("299|299", await scene.Database.ScalarAsync<string>("SELECT count(*) || '|' || count(*) FILTER (WHERE v = id + 700) FROM t"));
    }

    [Fact]
    public async Task A_column_that_was_widened_takes_what_it_refused_and_nothing_is_lost()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "CREATE TABLE t (id int PRIMARY KEY, v varchar(6))");
        // Large enough for both lanes to be anywhere when one of them meets the long values.
        var path = scene.Write("w.csv", CsvText.File("id,v", Enumerable.Range(0, 60_000).Select(i => i % 20_000 == 19_999 ? $"{i},longer than six" : $"{i},{i}")));
        var job = LoadScene.Job(path) with { ChunkSize = 500, MaxRejects = new(2, null) };

        var failed = await scene.LoadAsync(job);
        await scene.Database.ExecuteAsync("ALTER TABLE t ALTER v TYPE varchar(20)");
        var resumed = await scene.LoadAsync(job with { Resume = true });

        Assert.Equal(ExitCode.FileFailed, failed.ExitCode);
        Assert.Null(resumed.Error);
        Assert.Equal(60_000, resumed.Files[0].Counts.Read);
        Assert.Equal(0, await scene.Database.ScalarAsync<long>(
            "SELECT count(*) FROM generate_series(0, 59999) i WHERE (i IN (SELECT id FROM t)) = (i + 1 IN (SELECT record FROM ingest.rejects))"));
    }

    [Theory]
    [InlineData("k bigint PRIMARY KEY, at timestamptz", "ALTER TABLE t ALTER k TYPE numeric", "k:int8")]
    [InlineData("k varchar(4) PRIMARY KEY, at timestamptz", "ALTER TABLE t ALTER k TYPE varchar(40)", "k:varchar(8)")]
    [InlineData("k bigint PRIMARY KEY, at timestamptz", "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET timezone = %L', current_database(), 'Asia/Tokyo'); END $$", "zone=")]
    public async Task What_deals_records_or_tells_their_time_must_be_the_same(string columns, string change, string told)
    {
        await using var scene = await LoadScene.CreateAsync(postgres, $"CREATE TABLE t ({columns})");
        var job = LoadScene.Job(scene.Write("k.csv", CsvText.File("k,at", Enumerable.Range(0, 100).Select(i => i == 90 ? "1,bad" : $"{i},2024-05-06 07:08:09"))))
            with { ChunkSize = 10, Concurrency = 1 };

        var failed = await scene.LoadAsync(job);
        await scene.Database.ExecuteAsync(change);
        var resumed = await scene.LoadAsync(job with { Resume = true });

        Assert.Equal(FileStatus.Partial, failed.Files[0].Status);
        Assert.Equal((ExitCode.BadPlan, "options_changed"), (resumed.ExitCode, resumed.Error?.Code));
        Assert.Contains(told, resumed.Error!.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_unlogged_table_that_a_crash_has_emptied_is_not_taken_for_loaded(bool wasComplete)
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "CREATE UNLOGGED TABLE t (id int)");
        var path = scene.Write("u.csv", CsvText.File("id", Enumerable.Range(0, 100).Select(i => i == 90 && !wasComplete ? "bad" : $"{i}")));
        var job = LoadScene.Append(path) with { ChunkSize = 10, Concurrency = 1 };
        await scene.LoadAsync(job);
        // What the server does to such tables when it starts after a crash.
        await scene.Database.ExecuteAsync("TRUNCATE t, ingest.unlogged_loads; UPDATE ingest.manifest SET inserted = 0");

        var resumed = await scene.LoadAsync(job with { Resume = true });
        var restarted = await scene.LoadAsync(job with { Restart = true, MaxRejects = new(1, null) });

        Assert.Equal((ExitCode.BadPlan, "target_emptied"), (resumed.ExitCode, resumed.Error?.Code));
        Assert.Null(restarted.Error);
        Assert.Equal(wasComplete ? 100 : 99, await scene.Database.ScalarAsync<long>("SELECT count(*) FROM t"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_table_that_becomes_UNLOGGED_or_permanent_before_a_resume_is_taken_for_what_it_is_then(bool isPermanent)
    {
        await using var scene = await LoadScene.CreateAsync(postgres, $"CREATE {(isPermanent ? "UNLOGGED" : "")} TABLE t (id int)");
        var path = scene.Write("u.csv", CsvText.File("id", Enumerable.Range(0, 100).Select(i => i == 90 ? "bad" : $"{i}")));
        var job = LoadScene.Append(path) with { ChunkSize = 10, Concurrency = 1 };
        await scene.LoadAsync(job);
        await scene.Database.ExecuteAsync($"ALTER TABLE t SET {(isPermanent ? "LOGGED" : "UNLOGGED")}");
        await scene.LoadAsync(job with { Resume = true, MaxRejects = new(1, null) });

        // What the server does when it starts after a crash.
        await scene.Database.ExecuteAsync(isPermanent ? "TRUNCATE ingest.unlogged_loads" : "TRUNCATE t, ingest.unlogged_loads; UPDATE ingest.manifest SET inserted = 0");
        var resumed = await scene.LoadAsync(job with { Resume = true });

        Assert.Equal(isPermanent ? null : "target_emptied", resumed.Error?.Code);
        Assert.Equal(isPermanent ? 99 : 0, await scene.Database.ScalarAsync<long>("SELECT count(*) FROM t"));
    }

    [Fact]
    public async Task A_run_that_died_is_interrupted_once_another_takes_its_file_over()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "CREATE TABLE t (id int)");
        var job = LoadScene.Append(scene.Write("d.csv", "id\n1\nbad\n2\n")) with { ChunkSize = 1, Concurrency = 1 };
        var died = await scene.LoadAsync(job);
        await scene.Database.ExecuteAsync($"UPDATE ingest.runs SET status = 'running', finished_at = NULL WHERE run_id = '{died.RunId}'");

        var resumed = await scene.LoadAsync(job with { Resume = true, MaxRejects = new(1, null) });

        Assert.Equal(ExitCode.LoadedWithRejects, resumed.ExitCode);
        Assert.Equal("interrupted", await scene.Database.ScalarAsync<string>($"SELECT status FROM ingest.runs WHERE run_id = '{died.RunId}' AND finished_at IS NOT NULL"));
    }
}
