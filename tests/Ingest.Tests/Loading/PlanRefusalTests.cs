using Ingest.Convert;
using Ingest.Lanes;
using Ingest.Plan;
using Ingest.Postgres;
using Ingest.Testing;

namespace Ingest.Tests.Loading;

/// <summary>Jobs that cannot work are refused before the first row moves.</summary>
public sealed class PlanRefusalTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const string Table = "CREATE TABLE t (id int PRIMARY KEY, v text NOT NULL, \"Mixed\" int, \"mixed\" int); CREATE TABLE bystander (id int); INSERT INTO bystander VALUES (1);";

    public static TheoryData<string, string, string> Headers => new()
    {
        { "id,v,extra\n", "extra_columns", "'extra'" },
        { "a,b\n", "extra_columns", "'a', 'b'" },
        { "id,ID,v\n", "extra_columns", "'ID'" },
        { "ID,iD,v\n", "duplicate_column", "both name column id" },
        { "id,v,MIXED\n", "ambiguous_column", "'Mixed', 'mixed'" },
        { "v\n", "missing_column", "lacks column id" },
        { "id\n", "missing_column", "lacks column v" },
        { "id,,v\n", "empty_header", "column 2" },
        { "id,v,v\n", "duplicate_column", "'v'" },
        { "", "empty_file", "without even a header" },
        { "id,v,\"x\"\"); DROP TABLE bystander; --\"\n", "extra_columns", "DROP TABLE bystander" },
        { $"id,v,{new string('n', 80)}\n", "extra_columns", "nnnn" },
        { "id,v,日本\n", "extra_columns", "日本" },
    };

    [Theory]
    [MemberData(nameof(Headers))]
    public async Task A_header_that_does_not_fit_is_refused(string header, string code, string part)
    {
        await using var scene = await LoadScene.CreateAsync(postgres, Table);
        var job = LoadScene.Job(scene.Write("h.csv", header + (header.Length > 0 ? "1,2,3\n" : "")));

        var refusal = await Record.ExceptionAsync(() => scene.LoadAsync(job));

        var error = Assert.IsAssignableFrom<IngestException>(refusal);
        Assert.Equal(code, error.Code);
        Assert.Contains(part, error.Message, StringComparison.Ordinal);
        Assert.Equal(["1"], await scene.RowsAsync(table: "bystander"));
        Assert.Equal(0, await scene.CountAsync(TableName.Parse("t")));
    }

    [Fact]
    public async Task Of_several_files_that_cannot_be_planned_the_first_is_told_every_time()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, Table);
        foreach (var n in Enumerable.Range(0, 20)) scene.Write($"{n:00}.csv", "id,v\n1,a\n");
        // The first bad one takes longest to look at, so that others are through before it.
        scene.Write("20.csv", "id,v,v\n" + string.Concat(Enumerable.Repeat("1,a,b\n", 40_000)));
        foreach (var n in Enumerable.Range(21, 20)) scene.Write($"{n:00}.csv", "id,,v\n");

        foreach (var _ in Enumerable.Range(0, 5))
        {
            var refusal = await scene.RefusedAsync(LoadScene.Job(Path.Combine(scene.Folder, "*.csv")) with { Concurrency = 4 });
            Assert.Equal("duplicate_column", refusal.Code);
            Assert.Contains("20.csv", refusal.Message, StringComparison.Ordinal);
        }
    }

    public static TheoryData<string, string> Targets => new()
    {
        { "", "42P01" },
        { "CREATE TABLE t (id int)", "no_key" },
        { "CREATE VIEW t AS SELECT 1 AS id", "wrong_relation" },
        { "CREATE MATERIALIZED VIEW t AS SELECT 1 AS id", "wrong_relation" },
        { "CREATE SEQUENCE t", "wrong_relation" },
        { "CREATE TABLE t (id int PRIMARY KEY, v text NOT NULL)", "missing_column" },
    };

    [Theory]
    [MemberData(nameof(Targets))]
    public async Task A_target_that_cannot_take_the_rows_is_refused(string ddl, string code)
    {
        await using var scene = await LoadScene.CreateAsync(postgres, ddl);

        Assert.Equal(code, (await scene.RefusedAsync(LoadScene.Job(scene.Write("r.csv", "id\n2\n")))).Code);
    }

    [Fact]
    public async Task A_key_without_a_unique_index_is_refused_with_the_statement_that_makes_one()
    {
        await using var scene = await LoadScene.CreateAsync(postgres,
            "CREATE TABLE t (id int, v int, UNIQUE (id, v)); CREATE UNIQUE INDEX ON t (id) WHERE v > 0; CREATE UNIQUE INDEX ON t ((id + 1))");
        var job = LoadScene.Job(scene.Write("k.csv", "id,v\n1,1\n")) with { Key = ["id"] };

        var refusal = await scene.RefusedAsync(job);
        await scene.Database.ExecuteAsync(refusal.Message[refusal.Message.IndexOf("CREATE UNIQUE", StringComparison.Ordinal)..]);
        await scene.LoadedAsync(job);

        Assert.Equal("42P10", refusal.Code);
    }

    [Fact]
    public async Task Columns_that_are_left_out_may_have_any_name_and_at_least_one_must_fit()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "CREATE TABLE t (id int, v text, UNIQUE (id))");
        var job = LoadScene.Job(scene.Write("x.csv", $"id,日本,,{new string('n', 80)},v\n1,a,b,c,d\n")) with { ExtraColumns = ExtraColumns.Ignore, Key = ["id"] };

        await scene.LoadedAsync(job);

        Assert.Equal(["1|d"], await scene.RowsAsync());
        Assert.Equal("no_column", (await scene.RefusedAsync(job with { Files = [scene.Write("n.csv", "a,b\n1,2\n")] })).Code);
        Assert.Equal("no_key", (await scene.RefusedAsync(job with { Files = [scene.Write("k.csv", "v\n1\n")] })).Code);
    }

    [Fact]
    public async Task Options_that_contradict_each_other_are_refused()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, Table);
        var job = LoadScene.Job(scene.Write("o.csv", "id,v\n1,a\n"));
        var refused = new List<(LoadJob Job, string Part)>
        {
            (job with { Files = [] }, "no file"),
            (job with { Files = ["-", "-"] }, "twice"),
            (job with { ChunkSize = 0 }, "--chunk-size 0"),
            (job with { Concurrency = 65 }, "--concurrency 65"),
            (job with { MaxRetries = -1 }, "--max-retries"),
            (job with { CommandTimeout = 0 }, "--command-timeout"),
            (job with { LockTimeout = 0 }, "--lock-timeout"),
            (job with { Resume = true, Restart = true }, "choose one"),
            (job with { Resume = true, Force = true }, "choose one"),
            (job with { PreserveTypes = true }, "--create-table"),
            (job with { Mode = LoadMode.Append, OnDuplicate = OnDuplicate.First }, "--on-duplicate"),
            (job with { Mode = LoadMode.InsertIgnore, OnDuplicate = OnDuplicate.Last }, "keeps the first"),
            (job with { Key = ["id", "id"] }, "twice"),
            (job with { Key = ["id\"; DROP TABLE bystander; --"] }, "not allowed"),
            (job with { Key = ["missing"] }, "which public.t does not have"),
            (job with { ManifestSchema = "a b" }, "manifest schema"),
            (job with { Headers = ["id", "id"] }, "twice"),
            (job with { Headers = ["id", new string('n', 64)] }, "64 bytes"),
            (job with { Headers = ["id", "v", "other"] }, "--headers names 'other'"),
            (job with { Headers = ["id", "v", "Mixed"] }, "is not in the file"),
            (job with { Csv = new() { NoHeader = true } }, "needs --headers"),
            (job with { Csv = new() { NoHeader = true }, Headers = ["id"] }, "1 names and the first record 2 fields"),
            (job with { Csv = new() { SkipLines = -1 } }, "negative"),
            (job with { Convert = new ConvertOptions { DateFormats = ["qq"] } }, "date"),
        };

        foreach (var (bad, part) in refused)
        {
            Assert.Contains(part, (await scene.RefusedAsync(bad)).Message, StringComparison.Ordinal);
        }
        Assert.Equal(["1"], await scene.RowsAsync(table: "bystander"));
    }

    [Theory]
    [InlineData("a b")]
    [InlineData("t; DROP TABLE bystander")]
    [InlineData("t\"")]
    [InlineData("a.b.c")]
    [InlineData("x23456789x23456789x23456789x23456789x23456789x23456789x23456789x23")]
    public void A_table_name_that_is_no_identifier_is_refused(string name) =>
        Assert.Equal("bad_identifier", Assert.Throws<PlanException>(() => TableName.Parse(name)).Code);

    [Fact]
    public async Task Names_that_look_like_sql_are_names()
    {
        await using var scene = await LoadScene.CreateAsync(postgres,
            "CREATE TABLE t (\"id\"\"); DROP TABLE bystander; --\" int PRIMARY KEY, \"$1\" text, \"select\" text, \"a'b\" text, \"é\" text); CREATE TABLE bystander (id int)");
        var path = scene.Write("'; DROP TABLE bystander; --.csv", "\"id\"\"); DROP TABLE bystander; --\",$1,select,a'b,é\n1,a,b,c,d\n");

        await scene.LoadedAsync(LoadScene.Job(path) with { ChunkSize = 1 });
        await scene.LoadedAsync(LoadScene.Job(path) with { Mode = LoadMode.Replace });

        Assert.Equal(["1|a|b|c|d"], await scene.RowsAsync());
        Assert.Empty(await scene.RowsAsync(table: "bystander"));
    }

    [Theory]
    [InlineData("a b,a_b\n1,2\n", "column_collision")]
    [InlineData("x23456789x23456789x23456789x23456789x23456789x23456789x23456789x23\n1\n", "column_name")]
    public async Task Headers_that_make_no_column_names_create_no_table(string content, string code)
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "");

        var refusal = await scene.RefusedAsync(LoadScene.Append(scene.Write("c.csv", content)) with { CreateTable = true });

        Assert.Equal(code, refusal.Code);
        Assert.False(await scene.Database.ScalarAsync<bool>("SELECT to_regclass('t') IS NOT NULL"));
    }

    [Fact]
    public async Task Standard_input_is_what_the_caller_hands_over_and_else_an_empty_file()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "CREATE TABLE t (id int)");

        Assert.Equal("empty_file", (await Assert.ThrowsAsync<SourceException>(() => scene.LoadAsync(LoadScene.Append("-")))).Code);
        await scene.LoadedAsync(LoadScene.Append("-") with { StandardInput = () => new MemoryStream("id\n7\n"u8.ToArray()) });

        Assert.Equal(["7"], await scene.RowsAsync());
    }

    [Fact]
    public async Task A_plan_that_fails_leaves_no_table_behind()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "");
        var files = new[] { scene.Write("1.csv", "a\n1\n"), scene.Write("2.csv", "b\n1\n") };

        var refusal = await scene.RefusedAsync(LoadScene.Append(files) with { CreateTable = true });

        Assert.Equal("extra_columns", refusal.Code);
        Assert.False(await scene.Database.ScalarAsync<bool>("SELECT to_regclass('t') IS NOT NULL"));
    }

    [Fact]
    public async Task A_read_only_server_is_refused()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "CREATE TABLE t (id int PRIMARY KEY)");
        var job = LoadScene.Job(scene.Write("r.csv", "id\n1\n"));

        var refusal = await scene.RefusedAsync(job, scene.Database.ConnectionString + ";Options=-c default_transaction_read_only=on");

        Assert.Equal("25006", refusal.Code);
    }

    [Fact]
    public async Task Files_of_a_replacement_must_have_the_same_columns()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "CREATE TABLE t (id int PRIMARY KEY, v text); INSERT INTO t VALUES (9, 'old')");
        var files = new[] { scene.Write("1.csv", "id,v\n1,a\n"), scene.Write("2.csv", "id\n2\n") };

        Assert.Equal("replace_files", (await scene.RefusedAsync(LoadScene.Job(files) with { Mode = LoadMode.Replace })).Code);
    }

    [Theory]
    [InlineData(LoadMode.Upsert, "id int PRIMARY KEY DEFERRABLE", "42P10")]
    [InlineData(LoadMode.Upsert, "id int PRIMARY KEY, UNIQUE (id) DEFERRABLE", "42P10")]
    [InlineData(LoadMode.InsertIgnore, "id int PRIMARY KEY DEFERRABLE", "55000")]
    [InlineData(LoadMode.InsertIgnore, "id int, EXCLUDE USING btree (id WITH =) DEFERRABLE", "55000")]
    public async Task A_key_that_is_deferrable_is_named_as_such(LoadMode mode, string columns, string code)
    {
        await using var scene = await LoadScene.CreateAsync(postgres, $"CREATE TABLE t (sku int UNIQUE, {columns})");
        var job = LoadScene.Job(scene.Write("d.csv", "id,sku\n1,1\n2,2\n")) with { Mode = mode };

        var refusal = await scene.RefusedAsync(job);
        await scene.LoadedAsync(job with { Key = ["sku"] });

        Assert.Equal(code, refusal.Code);
        Assert.Contains("DEFERRABLE", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("--pk", refusal.Message, StringComparison.Ordinal);
    }
}
