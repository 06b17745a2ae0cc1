using Ingest.Lanes;
using Ingest.Manifest;
using Ingest.Telemetry;
using Ingest.Testing;
using Microsoft.Extensions.Logging;

namespace Ingest.Tests.Loading;

/// <summary>What upsert, append and insert-ignore do to rows that are there.</summary>
public sealed class ModeTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Theory]
    [InlineData(1, 50_000)]
    [InlineData(3, 1)]
    public async Task An_upsert_inserts_updates_and_leaves_equal_rows_alone(int lanes, int chunk)
    {
        await using var scene = await LoadScene.CreateAsync(postgres,
            "CREATE TABLE t (id int PRIMARY KEY, v text, n numeric); INSERT INTO t VALUES (1, 'same', 1.5), (2, 'old', 2), (4, NULL, NULL), (5, 'x', NULL)");
        var before = await scene.Database.RowsAsync("SELECT id, ctid::text FROM t WHERE id IN (1, 4) ORDER BY id");
        var path = scene.Write("u.csv", "id,v,n\n1,same,1.5\n2,new,2\n3,fresh,\n4,,\n5,x,7\n");

        var result = await scene.LoadedAsync(LoadScene.Job(path) with { Concurrency = lanes, ChunkSize = chunk });

        Assert.Equal(["1|same|1.5", "2|new|2", "3|fresh|∅", "4|∅|∅", "5|x|7"], await scene.RowsAsync());
        Assert.Equal((5, 1, 2, 2), (result.Total.Read, result.Total.Inserted, result.Total.Updated, result.Total.Unchanged));
        Assert.Equal(before, await scene.Database.RowsAsync("SELECT id, ctid::text FROM t WHERE id IN (1, 4) ORDER BY id"));
    }

    [Fact]
    public async Task A_value_that_is_equal_but_written_otherwise_is_updated()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "CREATE TABLE t (id int PRIMARY KEY, n numeric); INSERT INTO t VALUES (1, 1.0)");

        var result = await scene.LoadedAsync(LoadScene.Job(scene.Write("n.csv", "id,n\n1,1.00\n")));

        Assert.Equal(1, result.Total.Updated);
        Assert.Equal(["1.00"], await scene.Database.RowsAsync("SELECT n::text FROM t"));
    }

    [Fact]
    public async Task An_append_keeps_every_record()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "CREATE TABLE t (v int); INSERT INTO t VALUES (1)");

        var result = await scene.LoadedAsync(LoadScene.Append(scene.Write("a.csv", "v\n1\n1\n2\n")) with { ChunkSize = 2 });

        Assert.Equal(["1", "1", "1", "2"], await scene.RowsAsync());
        Assert.Equal(3, result.Total.Inserted);
    }

    [Theory]
    [InlineData("CREATE TABLE t (id int PRIMARY KEY, v text)")]
    [InlineData("CREATE TABLE t (id int, v text); CREATE UNIQUE INDEX ON t (id)")]
    public async Task Insert_ignore_skips_what_is_there_and_keeps_the_first_of_new_rows(string ddl)
    {
        await using var scene = await LoadScene.CreateAsync(postgres, ddl + "; INSERT INTO t VALUES (1, 'there')");

        var result = await scene.LoadedAsync(
            LoadScene.Job(scene.Write("i.csv", "id,v\n1,a\n2,b\n2,c\n3,d\n2,e\n")) with { Mode = LoadMode.InsertIgnore, Concurrency = 3, ChunkSize = 2 });

        Assert.Equal(["1|there", "2|b", "3|d"], await scene.RowsAsync());
        Assert.Equal((2, 3), (result.Total.Inserted, result.Total.Skipped));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task A_key_of_several_texts_is_one_key(int lanes)
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "CREATE TABLE t (a text, b text, v int, PRIMARY KEY (b, a)); INSERT INTO t VALUES ('x', 'yz', 0)");

        var result = await scene.LoadedAsync(LoadScene.Job(scene.Write("k.csv", "v,a,b\n1,x,yz\n2,xy,z\n3,\"\",xyz\n4,xyz,\"\"\n5,xy,z\n")) with { Concurrency = lanes });

        Assert.Equal(["|xyz|3", "x|yz|1", "xy|z|5", "xyz||4"], await scene.RowsAsync("a COLLATE \"C\", b"));
        Assert.Equal((3, 1, 1), (result.Total.Inserted, result.Total.Updated, result.Total.Superseded));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_null_in_the_key_of_a_unique_index_conflicts_with_nothing(int lanes)
    {
        await using var scene = await LoadScene.CreateAsync(postgres,
            "CREATE TABLE t (a int, b int, v int); CREATE UNIQUE INDEX ON t (a, b); INSERT INTO t VALUES (1, NULL, 0), (1, 1, 0)");

        var result = await scene.LoadedAsync(
            LoadScene.Job(scene.Write("k.csv", "a,b,v\n1,,1\n1,,2\n1,1,3\n,,4\n1,1,5\n")) with { Key = ["a", "b"], Concurrency = lanes });

        Assert.Equal(["1|1|5", "1|∅|0", "1|∅|1", "1|∅|2", "∅|∅|4"], await scene.RowsAsync("a, b, v"));
        Assert.Equal((3, 1, 1), (result.Total.Inserted, result.Total.Updated, result.Total.Superseded));
    }

    [Fact]
    public async Task A_file_without_records_loads_nothing()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "CREATE TABLE t (id int PRIMARY KEY)");

        Assert.Equal(0, (await scene.LoadedAsync(LoadScene.Job(scene.Write("e.csv", "id\n")))).Total.Read);
    }

    [Fact]
    public async Task A_dry_run_writes_nothing_and_says_what_would_be_rejected()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "CREATE TABLE t (id int PRIMARY KEY)");

        var result = await scene.LoadAsync(LoadScene.Job(scene.Write("d.csv", "id\n1\nx\n")) with { DryRun = true, MaxRejects = new(1, null) });

        Assert.Equal(ExitCode.LoadedWithRejects, result.ExitCode);
        Assert.Equal((2, 3), (Assert.Single(result.Files[0].Rejects).Record, result.Files[0].Rejects[0].Line));
        Assert.False(await scene.Database.ScalarAsync<bool>("SELECT to_regclass('ingest.manifest') IS NOT NULL"));
        Assert.Empty(await scene.RowsAsync());
    }

    [Fact]
    public async Task A_dry_run_ends_as_the_load_would()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "CREATE TABLE t (id int PRIMARY KEY)");
        var bad = LoadScene.Job(scene.Write("bad.csv", "id\n1\nx\n"));
        var good = LoadScene.Append(scene.Write("good.csv", "id\n7\n"));
        await scene.LoadedAsync(good);

        var limit = await scene.LoadAsync(bad with { DryRun = true });
        var refused = await scene.LoadAsync(good with { DryRun = true });
        var skipped = await scene.LoadAsync(good with { DryRun = true, Resume = true });
        await scene.LoadAsync(bad);
        var known = await scene.LoadAsync(bad with { DryRun = true, MaxRejects = new(1, null) });

        Assert.Equal(("reject_limit", ExitCode.FileFailed), (limit.Error?.Code, limit.ExitCode));
        Assert.Equal(("already_loaded", ExitCode.BadPlan), (refused.Error?.Code, refused.ExitCode));
        Assert.Equal((FileStatus.AlreadyLoaded, ExitCode.Success), (skipped.Files[0].Status, skipped.ExitCode));
        Assert.Equal(ExitCode.LoadedWithRejects, known.ExitCode);
    }

    [Fact]
    public async Task A_table_is_created_with_the_types_that_the_file_shows()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "");

        await scene.LoadedAsync(LoadScene.Job(scene.Write("c.csv", "Order Id,Placed,Total\n1,2024-01-02,1.50\n2,2024-01-03,\n")) with
        {
            CreateTable = true,
            PreserveTypes = true,
            Key = ["order_id"],
        });

        Assert.Equal(["1|2024-01-02|1.50", "2|2024-01-03|∅"], await scene.Database.RowsAsync("SELECT order_id::text, placed::text, total::text FROM t ORDER BY 1"));
    }

    [Fact]
    public async Task The_statements_before_and_after_run_and_a_failing_one_fails_the_run()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "CREATE TABLE t (id int PRIMARY KEY); CREATE TABLE log (v text)");
        var path = scene.Write("s.csv", "id\n1\n");

        await scene.LoadedAsync(LoadScene.Job(path) with
        {
            BeforeSql = "INSERT INTO log SELECT 'before ' || count(*) FROM t",
            AfterSql = "INSERT INTO log SELECT 'after ' || count(*) FROM t",
            Analyze = true,
        });
        var failed = await scene.LoadAsync(LoadScene.Job(path) with { BeforeSql = "SELECT 1 / 0" });

        Assert.Equal(["before 0", "after 1"], await scene.Database.RowsAsync("SELECT v FROM log ORDER BY v DESC"));
        Assert.Equal((ExitCode.FileFailed, "22012"), (failed.ExitCode, failed.Error?.Code));
    }

    [Theory]
    [InlineData(LoadMode.Append, 2)]
    [InlineData(LoadMode.Upsert, 2)]
    [InlineData(LoadMode.Replace, 1)]
    public async Task A_resume_that_leaves_a_file_as_it_is_does_not_truncate_before(LoadMode mode, int after)
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "CREATE TABLE t (id int PRIMARY KEY); CREATE TABLE log (v int)");
        var job = LoadScene.Job(scene.Write("a.csv", "id\n1\n2\n")) with
        {
            Mode = mode, Resume = true, BeforeSql = "INSERT INTO log SELECT count(*) FROM t; TRUNCATE t", AfterSql = "INSERT INTO log VALUES (-1)",
        };

        await scene.LoadedAsync(job);
        await scene.LoadedAsync(job);
        if (mode != LoadMode.Replace) await scene.LoadedAsync(job with { Files = [.. job.Files, scene.Write("b.csv", "id\n3\n")] });

        Assert.Equal(mode == LoadMode.Replace ? ["1", "2"] : ["1", "2", "3"], await scene.RowsAsync());
        Assert.Equal(["0", .. Enumerable.Repeat("-1", after)], await scene.Database.RowsAsync("SELECT v FROM log ORDER BY v DESC"));
    }

    [Fact]
    public async Task A_resume_of_a_file_with_other_content_runs_what_comes_before()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "CREATE TABLE t (id int); CREATE TABLE log (v int)");
        var job = LoadScene.Append(scene.Write("a.csv", "id\n1\n")) with { Resume = true, BeforeSql = "INSERT INTO log SELECT count(*) FROM t" };
        await scene.LoadedAsync(job);
        scene.Write("a.csv", "id\n2\n");

        await scene.LoadedAsync(job);

        Assert.Equal(["0", "1"], await scene.RowsAsync(table: "log"));
    }

    [Fact]
    public async Task What_a_resume_has_finished_is_not_gone_on_with_again()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "CREATE TABLE t (id int PRIMARY KEY); CREATE TABLE log (v text)");
        string[] files = [scene.Write("a.csv", "id\n1\nx\n"), scene.Write("b.csv", "id\n2\ny\n")];
        var job = LoadScene.Job(files) with { Resume = true, AfterSql = "INSERT INTO log VALUES ('after')", MaxRejects = new(2, null) };
        await scene.LoadAsync(LoadScene.Job(files[0]) with { MaxRejects = new(0, null) });
        await scene.LoadAsync(LoadScene.Job(files) with { MaxRejects = new(1, null) });

        var finished = await scene.LoadAsync(job);
        var idle = await scene.LoadAsync(job);

        Assert.Equal((ExitCode.LoadedWithRejects, ExitCode.Success), (finished.ExitCode, idle.ExitCode));
        Assert.All(idle.Files, file => Assert.Equal(FileStatus.AlreadyLoaded, file.Status));
        Assert.Equal(["after"], await scene.RowsAsync(table: "log"));
    }

    [Theory]
    [InlineData("BEGIN; INSERT INTO log VALUES ('x')", null)]
    [InlineData(null, "BEGIN; INSERT INTO log VALUES ('x')")]
    [InlineData("BEGIN; SELECT 1 / 0", null)]
    public async Task Statements_that_leave_a_transaction_open_fail_the_run_and_nothing_but_themselves(string? before, string? after)
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "CREATE TABLE t (id int PRIMARY KEY); CREATE TABLE log (v text)");

        // What the manifest then says of files and run is checked with every load.
        var result = await scene.LoadAsync(LoadScene.Job(scene.Write("s.csv", "id\n1\n")) with { BeforeSql = before, AfterSql = after });

        Assert.Equal((ExitCode.FileFailed, before?.Contains('/') == true ? "22012" : "open_transaction"), (result.ExitCode, result.Error?.Code));
        Assert.Contains(before is null ? "--after-sql" : "--before-sql", result.Error!.Message, StringComparison.Ordinal);
        Assert.Empty(await scene.RowsAsync(table: "log"));
        Assert.Equal(before is null ? ["1"] : [], await scene.RowsAsync());
    }

    [SkippableTheory]
    [InlineData("statement_timeout", 13)]
    [InlineData("idle_session_timeout", 14)]
    [InlineData("transaction_timeout", 17)]
    public async Task A_timeout_of_the_role_does_not_end_a_load(string setting, int since)
    {
        Skip.If(postgres.Major < since, $"{setting} is of PostgreSQL {since}");
        await using var scene = await LoadScene.CreateAsync(postgres, """
            CREATE TABLE t (id int PRIMARY KEY);
            CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(1); RETURN NULL; END';
            CREATE TRIGGER wait AFTER INSERT ON t FOR EACH STATEMENT EXECUTE FUNCTION wait();
            """);
        await using var role = await TestRole.CreateAsync(postgres, scene.Database);
        await scene.Database.ExecuteAsync($"GRANT SELECT, INSERT, UPDATE ON t TO {role.Name}; GRANT CREATE ON DATABASE {role.Database} TO {role.Name}");
        await scene.Database.ExecuteAsync($"ALTER ROLE {role.Name} SET {setting} = '400ms'");
        var warnings = new LogLines(LogLevel.Warning);

        var result = await new Loader(new(role.ConnectionString), warnings)
            .RunAsync(LoadScene.Job(scene.Write("a.csv", "id\n1\n")) with { MaxRetries = 0 }, new LoadProgress(), default);

        Assert.True(result.ExitCode == ExitCode.Success, result.Error?.Message);
        Assert.Empty(warnings);
    }

    [Fact]
    public async Task A_role_that_may_not_analyze_the_table_is_told()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "CREATE TABLE t (id int PRIMARY KEY)");
        await using var role = await TestRole.CreateAsync(postgres, scene.Database);
        await scene.Database.ExecuteAsync($"GRANT SELECT, INSERT, UPDATE ON t TO {role.Name}; GRANT CREATE ON DATABASE {role.Database} TO {role.Name}");
        var warnings = new LogLines(LogLevel.Warning);

        var result = await new Loader(new(role.ConnectionString), warnings)
            .RunAsync(LoadScene.Job(scene.Write("a.csv", "id\n1\n")) with { Analyze = true }, new LoadProgress(), default);

        Assert.Equal(ExitCode.Success, result.ExitCode);
        Assert.StartsWith("--analyze: ", Assert.Single(warnings), StringComparison.Ordinal);
    }
}
