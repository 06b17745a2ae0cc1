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
    public async Task A_constraint_that_refuses_the_swap_at_its_commit_leaves_the_old_rows_and_says_so()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, """
            CREATE TABLE t (id int); INSERT INTO t VALUES (1);
            CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''no''; END';
            CREATE CONSTRAINT TRIGGER late AFTER INSERT ON t DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse();
            """);

        var result = await scene.LoadAsync(Replace(scene.Write("a.csv", "id\n7\n")));

        Assert.Equal("P0001", result.Error?.Code);
        Assert.Contains("the old ones are in place", result.Error!.Message, StringComparison.Ordinal);
        Assert.Equal(["1"], await scene.RowsAsync());
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

    [SkippableTheory]
    [InlineData("UNIQUE NULLS NOT DISTINCT", "|new|kept")]
    [InlineData("UNIQUE", "|new|")]
    public async Task A_row_with_NULL_as_its_key_stays_where_NULLs_are_one_key(string index, string expected)
    {
        Skip.If(postgres.Major < 15 && index.Contains("NULLS", StringComparison.Ordinal), "NULLS NOT DISTINCT is of PostgreSQL 15");
        await using var scene = await LoadScene.CreateAsync(postgres, $"CREATE TABLE t (id int {index}, v text, more text); INSERT INTO t VALUES (NULL, 'old', 'kept')");

        await scene.LoadedAsync(Replace(scene.Write("r.csv", "id,v\n,new\n1,x\n")) with { Key = ["id"] });

        Assert.Equal([expected, "1|x|"], await scene.Database.RowsAsync("SELECT concat_ws('|', coalesce(id::text, ''), v, coalesce(more, '')) FROM t ORDER BY id NULLS FIRST"));
    }

    [Theory]
    [InlineData("PRIMARY KEY")]
    [InlineData("")]
    public async Task The_rows_of_tables_that_inherit_stay(string key)
    {
        await using var scene = await LoadScene.CreateAsync(postgres, $"""
            CREATE TABLE t (id int {key}, v text); CREATE TABLE child () INHERITS (t); INSERT INTO t VALUES (1, 'old'); INSERT INTO child VALUES (1, 'child'), (2, 'child');
            """);

        var result = await new Loader(new(scene.Database.ConnectionString), NullLogger.Instance)
            .RunAsync(Replace(scene.Write("r.csv", "id,v\n2,new\n3,new\n")), new LoadProgress(), default);

        Assert.True(result.ExitCode == ExitCode.Success, result.Error?.Message);
        Assert.Equal(["2|new", "3|new"], await scene.RowsAsync(table: "ONLY t"));
        Assert.Equal(["1|child", "2|child"], await scene.RowsAsync(table: "child"));
    }

    [Theory]
    [InlineData("CASCADE")]
    [InlineData("SET NULL")]
    [InlineData("SET DEFAULT")]
    public async Task Without_a_key_rows_that_others_follow_are_not_replaced(string action)
    {
        await using var scene = await LoadScene.CreateAsync(postgres, $"""
            CREATE TABLE t (id int UNIQUE, v text); INSERT INTO t VALUES (1, 'old');
            CREATE TABLE children (id int REFERENCES t (id) ON DELETE {action}); INSERT INTO children VALUES (1);
            """);
        var job = Replace(scene.Write("r.csv", "id,v\n1,new\n"));

        var refusal = await scene.RefusedAsync(job);
        await scene.LoadedAsync(job with { Key = ["id"] });

        Assert.Equal("replace_cascades", refusal.Code);
        Assert.Contains("--pk", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(["1"], await scene.RowsAsync(table: "children"));
    }

    [Theory]
    [InlineData("INSERT", "id int PRIMARY KEY")]
    [InlineData("INSERT", "id int")]
    [InlineData("DELETE", "id int PRIMARY KEY")]
    [InlineData("DELETE", "id int")]
    public async Task A_trigger_that_keeps_rows_from_being_exchanged_fails_the_replacement(string event_, string key)
    {
        await using var scene = await LoadScene.CreateAsync(postgres, $"""
            CREATE TABLE t ({key}); INSERT INTO t VALUES (1), (2);
            CREATE FUNCTION drop_row() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
            CREATE TRIGGER d BEFORE {event_} ON t FOR EACH ROW EXECUTE FUNCTION drop_row();
            """);
        var job = Replace(scene.Write("r.csv", "id\n3\n"));

        var failed = await scene.LoadAsync(job);
        var before = await scene.RowsAsync();
        await scene.Database.ExecuteAsync("ALTER TABLE t DISABLE TRIGGER d");
        var resumed = await scene.LoadAsync(job with { Resume = true });

        Assert.Equal((ExitCode.FileFailed, "trigger_drops_rows"), (failed.ExitCode, failed.Error?.Code));
        Assert.Equal(["1", "2"], before);
        Assert.Equal(ExitCode.Success, resumed.ExitCode);
        Assert.Equal(["3"], await scene.RowsAsync());
    }

    [Fact]
    public async Task A_role_that_row_security_hides_rows_from_may_not_replace_them()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "CREATE TABLE t (id int PRIMARY KEY, v text); INSERT INTO t VALUES (1, 'theirs')");
        await using var role = await TestRole.CreateAsync(postgres, scene.Database);
        await scene.Database.ExecuteAsync($"""
            ALTER TABLE t ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON t USING (v <> 'theirs');
            GRANT ALL ON t TO {role.Name}; GRANT CREATE ON DATABASE {role.Database} TO {role.Name};
            """);

        var refusal = await scene.RefusedAsync(Replace(scene.Write("r.csv", "id,v\n2,mine\n")), role.ConnectionString);

        Assert.Equal("row_security", refusal.Code);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" PRIMARY KEY")]
    public async Task A_column_may_have_any_name(string key)
    {
        await using var scene = await LoadScene.CreateAsync(postgres, $"CREATE TABLE t (count int{key}, gone int, n int, s int); INSERT INTO t VALUES (1, 1, 1, 1)");

        await scene.LoadedAsync(Replace(scene.Write("r.csv", "count,gone,n,s\n2,3,4,5\n")));

        Assert.Equal(["2|3|4|5"], await scene.RowsAsync());
    }

    [Theory]
    [InlineData("t", "FOR VALUES FROM (10) TO (20)")]
    [InlineData("t", "FOR VALUES FROM (10) TO (20) PARTITION BY LIST (id)")]
    [InlineData("low", "FOR VALUES FROM (10) TO (20)")]
    public async Task A_record_that_no_partition_takes_is_a_reject(string table, string high)
    {
        await using var scene = await LoadScene.CreateAsync(postgres, $"""
            CREATE TABLE t (id int PRIMARY KEY, v text) PARTITION BY RANGE (id); CREATE TABLE low PARTITION OF t FOR VALUES FROM (0) TO (10);
            CREATE TABLE high PARTITION OF t {high}; INSERT INTO t VALUES (1, 'old');
            """);
        if (high.EndsWith("(id)", StringComparison.Ordinal)) await scene.Database.ExecuteAsync("CREATE TABLE twelve PARTITION OF high FOR VALUES IN (12)");
        var bad = table == "t" ? "99" : "12";
        var job = Replace(scene.Write("p.csv", $"id,v\n2,a\n{bad},b\n{(table == "t" ? "12" : "3")},c\n")) with { Table = Ingest.Postgres.TableName.Parse(table), MaxRejects = new(1, null) };

        await scene.RejectedAsync(job, 1);

        Assert.Equal([$"2|3|23514|{bad},b"], await scene.RejectsAsync());
        Assert.Equal(["2|a", table == "t" ? "12|c" : "3|c"], await scene.RowsAsync());
    }

    [Fact]
    public async Task A_partition_for_the_rest_takes_what_the_others_do_not()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, """
            CREATE TABLE t (id int PRIMARY KEY) PARTITION BY HASH (id); CREATE TABLE h0 PARTITION OF t FOR VALUES WITH (MODULUS 2, REMAINDER 0);
            CREATE TABLE h1 PARTITION OF t FOR VALUES WITH (MODULUS 2, REMAINDER 1);
            CREATE TABLE u (id int PRIMARY KEY) PARTITION BY LIST (id); CREATE TABLE one PARTITION OF u FOR VALUES IN (1); CREATE TABLE rest PARTITION OF u DEFAULT;
            """);
        var job = Replace(scene.Write("p.csv", "id\n1\n2\n99\n"));

        await scene.LoadedAsync(job);
        await scene.LoadedAsync(job with { Table = Ingest.Postgres.TableName.Parse("u") });

        Assert.Equal(["1", "2", "99"], await scene.RowsAsync());
        Assert.Equal(["1", "2", "99"], await scene.RowsAsync(table: "u"));
    }
}
