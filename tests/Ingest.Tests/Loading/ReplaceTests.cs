using Ingest.Lanes;
using Ingest.Manifest;
using Ingest.Plan;
using Ingest.Telemetry;
using Ingest.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Ingest.Tests.Loading;

/// <summary>Replacing a table's rows in one step.</summary>
public sealed class ReplaceTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private static LoadJob Replace(params string[] files) => LoadScene.Job(files) with { Mode = LoadMode.Replace };

    [Theory]
    [InlineData("id int PRIMARY KEY")]
    [InlineData("id int")]
    public async Task The_rows_of_the_files_take_the_place_of_those_that_were_there(string key)
    {
        await using var scene = await LoadScene.CreateAsync(postgres, $"CREATE TABLE t ({key}, v text); INSERT INTO t VALUES (1, 'old'), (2, 'gone')");

        await scene.LoadedAsync(Replace(scene.Write("1.csv", "id,v\n1,new\n3,x\n"), scene.Write("2.csv", "id,v\n4,y\n")) with { ChunkSize = 1 });

        Assert.Equal(["1|new", "3|x", "4|y"], await scene.RowsAsync());
        Assert.Empty(await scene.Database.RowsAsync("SELECT relname FROM pg_class WHERE relname LIKE 'shadow_%'"));
    }

    [Fact]
    public async Task While_a_table_is_replaced_another_replacement_is_told_by_whom()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "CREATE TABLE t (id int PRIMARY KEY, v text); INSERT INTO t VALUES (1, 'old')");
        await using var writer = new NpgsqlConnection(scene.Database.ConnectionString);
        await writer.OpenAsync();
        await using (var write = new NpgsqlCommand("BEGIN; INSERT INTO t VALUES (2, 'rolled back')", writer)) await write.ExecuteNonQueryAsync();

        // The first has loaded its shadow, and waits for the writer.
        var first = new Loader(new(scene.Database.ConnectionString), NullLogger.Instance).RunAsync(Replace(scene.Write("1.csv", "id,v\n1,first\n")), new LoadProgress(), default);
        while (!first.IsCompleted && await scene.Database.ScalarAsync<long>("SELECT count(*) FROM pg_locks WHERE NOT granted AND mode = 'ShareRowExclusiveLock'") == 0)
            await Task.Delay(20);
        var second = await new Loader(new(scene.Database.ConnectionString), NullLogger.Instance).RunAsync(Replace(scene.Write("2.csv", "id,v\n1,second\n")), new LoadProgress(), default);
        await using (var end = new NpgsqlCommand("ROLLBACK", writer)) await end.ExecuteNonQueryAsync();
        var replaced = await first;

        Assert.True(replaced.ExitCode == ExitCode.Success, replaced.Error?.Message);
        Assert.Equal((ExitCode.FileFailed, "replacement_held"), (second.ExitCode, second.Error?.Code));
        Assert.Contains($"by run {replaced.RunId} ", second.Error!.Message, StringComparison.Ordinal);
        Assert.Equal(["1|first"], await scene.RowsAsync());
        await scene.LoadedAsync(Replace(scene.Write("3.csv", "id,v\n1,third\n")));
    }

    [Fact]
    public async Task Rows_that_others_refer_to_stay()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, """
            CREATE TABLE t (id int PRIMARY KEY, v text); INSERT INTO t VALUES (1, 'old'), (2, 'gone');
            CREATE TABLE children (id int REFERENCES t ON DELETE CASCADE); INSERT INTO children VALUES (1);
            """);

        await scene.LoadedAsync(Replace(scene.Write("r.csv", "id,v\n1,new\n")));

        Assert.Equal(["1"], await scene.RowsAsync(table: "children"));
    }

    [Fact]
    public async Task A_replacement_that_breaks_a_foreign_key_leaves_the_old_rows()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, """
            CREATE TABLE t (id int PRIMARY KEY, v text); INSERT INTO t VALUES (1, 'old'), (2, 'old');
            CREATE TABLE children (id int REFERENCES t); INSERT INTO children VALUES (2);
            """);
        var path = scene.Write("r.csv", "id,v\n1,new\n");

        var failed = await scene.LoadAsync(Replace(path));
        await scene.Database.ExecuteAsync("DELETE FROM children");
        var resumed = await scene.LoadAsync(Replace(path) with { Resume = true });

        Assert.Equal((ExitCode.FileFailed, "23503"), (failed.ExitCode, failed.Error?.Code));
        Assert.Equal(ExitCode.Success, resumed.ExitCode);
        Assert.Equal(["1|new"], await scene.RowsAsync());
    }

    [Fact]
    public async Task A_reader_sees_the_old_rows_or_the_new_ones_and_nothing_else()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "CREATE TABLE t (id int PRIMARY KEY, v int); INSERT INTO t SELECT i, 0 FROM generate_series(1, 1000) i");
        var path = scene.Write("r.csv", CsvText.File("id,v", Enumerable.Range(500, 3000).Select(i => $"{i},1")));
        using var done = new CancellationTokenSource();
        var seen = new HashSet<string>();
        var polling = Task.Run(async () =>
        {
            await using var connection = await scene.Database.OpenAsync();
            await using var command = new Npgsql.NpgsqlCommand("SELECT count(*) || ' ' || sum(v) FROM t", connection);
            while (!done.IsCancellationRequested) seen.Add((string)(await command.ExecuteScalarAsync())!);
        });

        await scene.LoadedAsync(Replace(path) with { ChunkSize = 500 });
        await done.CancelAsync();
        await polling;

        Assert.Contains("1000 0", seen);
        Assert.Empty(seen.Except(["1000 0", "3000 3000"]));
    }

    [Fact]
    public async Task A_replacement_that_is_done_is_skipped_by_a_resume()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "CREATE TABLE t (id int PRIMARY KEY)");
        var job = Replace(scene.Write("1.csv", "id\n1\n"), scene.Write("2.csv", "id\n2\n"));
        await scene.LoadedAsync(job);

        var again = await scene.LoadAsync(job with { Resume = true });

        Assert.Equal(ExitCode.Success, again.ExitCode);
        Assert.All(again.Files, f => Assert.Equal(FileStatus.AlreadyLoaded, f.Status));
        Assert.Equal(["1", "2"], await scene.RowsAsync());
    }

    [Fact]
    public async Task A_resume_of_a_part_of_a_finished_replacement_replaces_with_that_part()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "CREATE TABLE t (id int PRIMARY KEY)");
        var (first, second) = (scene.Write("1.csv", "id\n1\n"), scene.Write("2.csv", "id\n2\n"));
        await scene.LoadedAsync(Replace(first, second));

        await scene.LoadedAsync(Replace(second) with { Resume = true });

        Assert.Equal(["2"], await scene.RowsAsync());
    }

    [Theory]
    [InlineData("PRIMARY KEY")]
    [InlineData("")]
    public async Task An_interrupted_replacement_shows_nothing_and_goes_on(string key)
    {
        await using var scene = await LoadScene.CreateAsync(postgres, $"CREATE TABLE t (id int {key}, v int); INSERT INTO t VALUES (-1, -1)");
        var first = scene.Write("1.csv", CsvText.File("id,v", Enumerable.Range(0, 50).Select(i => $"{i},1")));
        var second = scene.Write("2.csv", CsvText.File("id,v", Enumerable.Range(50, 40).Select(i => $"{i},2").Append("bad,0")));
        // One lane commits some of the second file before it meets the bad record; of two, one may stop the other sooner.
        var job = Replace(first, second) with { ChunkSize = 10, Concurrency = 1 };

        var failed = await scene.LoadAsync(job);
        Assert.Equal(["-1|-1"], await scene.RowsAsync());
        var other = await scene.RefusedByRunAsync(Replace(first) with { Resume = true });
        File.WriteAllText(second, File.ReadAllText(second).Replace("bad", "90"));
        var corrected = await scene.LoadAsync(job with { Resume = true });

        Assert.Equal(ExitCode.FileFailed, failed.ExitCode);
        Assert.Equal("replace_files", other);
        Assert.Equal((ExitCode.Success, 91L), (corrected.ExitCode, corrected.Total.Read));
        Assert.True(corrected.Files[1].ReadBefore > 0);
        Assert.Equal(91, await scene.Database.ScalarAsync<long>("SELECT count(*) FROM t"));
        Assert.Equal(0, await scene.Database.ScalarAsync<long>("SELECT count(*) FROM t WHERE v = -1"));
    }

    [Fact]
    public async Task A_replacement_that_failed_over_rejects_goes_on_when_more_are_allowed()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (-1)");
        var records = Enumerable.Range(0, 60).Select(i => i == 55 ? "bad" : $"{i}");
        var job = Replace(scene.Write("r.csv", CsvText.File("id", records))) with { ChunkSize = 7, Concurrency = 3 };

        var failed = await scene.LoadAsync(job);
        var resumed = await scene.LoadAsync(job with { Resume = true, MaxRejects = new(1, null), Concurrency = 1 });

        Assert.Equal(ExitCode.FileFailed, failed.ExitCode);
        Assert.Equal((ExitCode.LoadedWithRejects, 59L, 60L), (resumed.ExitCode, resumed.Total.Inserted, resumed.Total.Read));
        Assert.Equal(59, await scene.Database.ScalarAsync<long>("SELECT count(*) FROM t WHERE id >= 0"));
    }

    [Fact]
    public async Task A_foreign_key_of_the_target_rejects_its_record()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, """
            CREATE TABLE parents (id int PRIMARY KEY); INSERT INTO parents VALUES (1);
            CREATE TABLE t (id int PRIMARY KEY, parent int REFERENCES parents);
            """);

        await scene.RejectedAsync(Replace(scene.Write("f.csv", "id,parent\n1,1\n2,2\n3,1\n")) with { MaxRejects = new(1, null) }, 1);

        Assert.Equal(["1|1", "3|1"], await scene.RowsAsync());
        Assert.Equal(["2|3|23503|2,2"], await scene.RejectsAsync());
    }

    [Fact]
    public async Task Values_of_another_unique_index_may_move_from_row_to_row()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, """
            CREATE TABLE t (id int PRIMARY KEY, place int UNIQUE, kept text DEFAULT 'new', twice int GENERATED ALWAYS AS (place * 2) STORED);
            INSERT INTO t VALUES (1, 10, 'one'), (2, 20, 'two'), (3, 30, 'three'), (4, 40, 'four');
            CREATE TABLE children (id int REFERENCES t); INSERT INTO children VALUES (1);
            """);

        await scene.LoadedAsync(Replace(scene.Write("r.csv", "id,place\n1,20\n2,10\n3,30\n5,40\n")));

        Assert.Equal(["1|20|one|40", "2|10|two|20", "3|30|three|60", "5|40|new|80"], await scene.RowsAsync());
    }

    [Fact]
    public async Task Values_that_move_between_rows_that_others_follow_say_what_to_do()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, """
            CREATE TABLE t (id int PRIMARY KEY, place int CONSTRAINT one_place UNIQUE); INSERT INTO t VALUES (1, 10), (2, 20);
            CREATE TABLE children (id int REFERENCES t ON DELETE CASCADE); INSERT INTO children VALUES (1);
            """);
        var path = scene.Write("r.csv", "id,place\n1,20\n2,10\n");

        var failed = await scene.LoadAsync(Replace(path));
        var before = await scene.RowsAsync();
        await scene.Database.ExecuteAsync("ALTER TABLE t DROP CONSTRAINT one_place, ADD UNIQUE (place) DEFERRABLE");
        var resumed = await scene.LoadAsync(Replace(path) with { Resume = true });

        Assert.Equal((ExitCode.FileFailed, "23505"), (failed.ExitCode, failed.Error?.Code));
        Assert.Contains("values of 'one_place' move between rows", failed.Error!.Message, StringComparison.Ordinal);
        Assert.Equal(["1|10", "2|20"], before);
        Assert.Equal(ExitCode.Success, resumed.ExitCode);
        Assert.Equal(["1|20", "2|10"], await scene.RowsAsync());
        Assert.Equal(["1"], await scene.RowsAsync(table: "children"));
    }

    [Theory]
    [InlineData("UNIQUE NULLS NOT DISTINCT", "|new|kept")]
    [InlineData("UNIQUE", "|new|")]
    public async Task A_row_with_NULL_as_its_key_stays_where_NULLs_are_one_key(string index, string expected)
    {
        await using var scene = await LoadScene.CreateAsync(postgres, $"CREATE TABLE t (id int {index}, v text, more text); INSERT INTO t VALUES (NULL, 'old', 'kept')");

        await scene.LoadedAsync(Replace(scene.Write("r.csv", "id,v\n,new\n1,x\n")) with { Key = ["id"] });

        Assert.Equal([expected, "1|x|"], await scene.Database.RowsAsync("SELECT concat_ws('|', coalesce(id::text, ''), v, coalesce(more, '')) FROM t ORDER BY id NULLS FIRST"));
    }
}
