using Ingest.Lanes;
using Ingest.Testing;

namespace Ingest.Tests.Loading;

/// <summary>Records that convert and that the server refuses.</summary>
public sealed class ServerRejectTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    /// <summary>What hstore refuses a value with until PostgreSQL 15.</summary>
    private const string HstoreCode = "XX000";

    private const string Tables = """
        CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE TABLE parents (id int PRIMARY KEY); INSERT INTO parents VALUES (1);
        CREATE TABLE t (id int PRIMARY KEY, c int CHECK (c > 0), n int NOT NULL DEFAULT 1, f int REFERENCES parents, u int UNIQUE, r int4range, j jsonb, m mood);
        INSERT INTO t (id, u) VALUES (-1, -1);
        """;

    public static TheoryData<string, string, int, LoadMode> Cases
    {
        get
        {
            var cases = new TheoryData<string, string, int, LoadMode>();
            (string Column, string Code)[] kinds =
                [("c", "23514"), ("n", "23502"), ("f", "23503"), ("u", "23505"), ("r", "22P02"), ("j", "22P02"), ("m", "22P02")];
            foreach (var (column, code) in kinds)
            {
                foreach (var percent in new[] { 1, 10, 100 }) cases.Add(column, code, percent, percent == 10 ? LoadMode.Append : LoadMode.Upsert);
            }
            cases.Add("c", "23514", 50, LoadMode.Upsert);
            cases.Add("f", "23503", 10, LoadMode.Replace);
            cases.Add("c", "23514", 10, LoadMode.InsertIgnore);
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Exactly_the_bad_records_are_rejects(string column, string code, int percent, LoadMode mode)
    {
        await using var scene = await LoadScene.CreateAsync(postgres, Tables);
        var isBad = Enumerable.Range(0, 200).Select(i => i * 37 % 100 < percent).ToArray();
        var records = isBad.Select((bad, i) => $"{i},{Value(column, i, bad)}").ToArray();
        var path = scene.Write("s.csv", CsvText.File($"id,{column}", records));

        await scene.RejectedAsync(LoadScene.Job(path) with
        {
            Mode = mode, MaxRejects = new(200, null), ChunkSize = 60, Concurrency = mode == LoadMode.Append ? 1 : 2,
        }, isBad.Count(b => b));

        Assert.Equal(
            isBad.Select((bad, i) => (bad, i)).Where(r => r.bad).Select(r => $"{r.i + 1}|{r.i + 2}|{code}|{records[r.i]}"),
            await scene.RejectsAsync());
        // The name of a constraint is not the shadow's where that is of an index.
        if (mode != LoadMode.Replace)
            Assert.Equal([column], await scene.Database.RowsAsync("SELECT DISTINCT column_name FROM ingest.rejects"));
        Assert.Equal(
            isBad.Select((bad, i) => (bad, i)).Where(r => !r.bad).Select(r => $"{r.i}"),
            await scene.Database.RowsAsync("SELECT id FROM t WHERE id >= 0 ORDER BY id"));
    }

    [Theory]
    [InlineData("c")]
    [InlineData("j")]
    public async Task One_bad_row_in_a_large_batch_costs_few_statements(string column)
    {
        await using var scene = await LoadScene.CreateAsync(postgres, Tables);
        var records = Enumerable.Range(0, 50_000).Select(i => $"{i},{Value(column, i, i == 31_337)}");
        var path = scene.Write("l.csv", CsvText.File($"id,{column}", records));
        await scene.Database.ExecuteAsync("""
            CREATE TABLE statements (n int); INSERT INTO statements VALUES (0);
            CREATE FUNCTION count_statement() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM nextval(''calls''); RETURN NULL; END';
            CREATE SEQUENCE calls; CREATE TRIGGER calls BEFORE INSERT ON t FOR EACH STATEMENT EXECUTE FUNCTION count_statement();
            """);

        await scene.RejectedAsync(LoadScene.Job(path) with { MaxRejects = new(1, null), Concurrency = 1 }, 1);

        Assert.Equal([$"31338|31339|{(column == "c" ? "23514" : "22P02")}|31337,{Value(column, 31_337, true)}"], await scene.RejectsAsync());
        Assert.InRange(await scene.Database.ScalarAsync<long>("SELECT last_value FROM calls"), 1, 40);
    }

    [Theory]
    [InlineData("hstore", "secret=>", HstoreCode)]
    [InlineData("regclass", "secret", "42P01")]
    [InlineData("regclass", "secret.a.b.c", "42601")]
    [InlineData("regtype", "int4 secret", "42601")]
    [InlineData("regtype", "secret", "42704")]
    [InlineData("regproc", "secret", "42883")]
    [InlineData("regrole", "se.cret", "42602")]
    [InlineData("regnamespace", "secret", "3F000")]
    [InlineData("regclass[]", "{pg_class,secret}", "42P01")]
    public async Task A_value_that_its_type_refuses_with_a_code_of_its_own_is_a_reject(string type, string bad, string code)
    {
        await using var scene = await LoadScene.CreateAsync(postgres, $"CREATE EXTENSION hstore; CREATE TABLE t (id int PRIMARY KEY, n int CHECK (n > 0), v {type})");
        var path = scene.Write("s.csv", "id;n;v\n" + string.Concat(Enumerable.Range(1, 100).Select(i => $"{i};{(i == 50 ? -1 : 1)};{(i is 7 or 93 ? bad : "")}\n")));

        await scene.RejectedAsync(LoadScene.Job(path) with { MaxRejects = new(3, null), Concurrency = 1 }, 3);

        code = Code(code);
        Assert.Equal(
            [$"7|{code}|v", "50|23514|n", $"93|{code}|v"], await scene.Database.RowsAsync("SELECT record, code, column_name FROM ingest.rejects ORDER BY record"));
        Assert.Empty(await scene.Database.RowsAsync("SELECT message FROM ingest.rejects WHERE message LIKE '%secret%'"));
        Assert.Equal(97, await scene.Database.ScalarAsync<long>("SELECT count(*) FROM t"));
    }

    [Theory]
    [InlineData(OnDuplicate.First, "2|XX000 5|first_refused 6|first_refused")]
    [InlineData(OnDuplicate.Reject, "2|XX000 5|duplicate_key 6|duplicate_key 7|duplicate_key")]
    public async Task A_record_that_is_refused_with_such_a_code_is_the_first_of_its_key_all_the_same(OnDuplicate onDuplicate, string rejects)
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "CREATE EXTENSION hstore; CREATE TABLE t (id int PRIMARY KEY, v text, h hstore)");
        var path = scene.Write("s.csv", "id,v,h\n1,a,\n4,b,x=>\n3,c,\n2,d,\n4,e,x=>\n4,f,\n2,g,\n");

        await scene.RejectedAsync(LoadScene.Job(path) with { MaxRejects = new(9, null), OnDuplicate = onDuplicate, Concurrency = 1 }, rejects.Split(' ').Length);

        Assert.Equal(rejects.Split(' ').Select(r => r.Replace(HstoreCode, Code(HstoreCode), StringComparison.Ordinal)), await scene.Database.RowsAsync("SELECT record, code FROM ingest.rejects ORDER BY record"));
        Assert.Equal(["1|a", "2|d", "3|c"], await scene.Database.RowsAsync("SELECT id, v FROM t ORDER BY id"));
    }

    [Fact]
    public async Task A_key_that_its_type_refuses_with_a_code_of_its_own_is_a_reject()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "CREATE EXTENSION hstore; CREATE TABLE t (k hstore PRIMARY KEY, v text)");
        var path = scene.Write("s.csv", "k,v\na=>1,a\nx=>,b\na=>1,c\n");

        await scene.RejectedAsync(LoadScene.Job(path) with { MaxRejects = new(1, null), OnDuplicate = OnDuplicate.First }, 1);

        Assert.Equal([$"2|{Code(HstoreCode)}|k"], await scene.Database.RowsAsync("SELECT record, code, column_name FROM ingest.rejects"));
        Assert.Equal(["\"a\"=>\"1\"|a"], await scene.Database.RowsAsync("SELECT k::text, v FROM t"));
    }

    [SkippableFact]
    public async Task Where_an_internal_error_cannot_be_looked_into_it_ends_the_file()
    {
        Skip.If(postgres.Major >= 16, "hstore has a code of its own from PostgreSQL 16 on, and no other type is known that has not");
        await using var scene = await LoadScene.CreateAsync(postgres, "CREATE EXTENSION hstore; DROP EXTENSION plpgsql; CREATE TABLE t (h hstore)");
        var path = scene.Write("s.csv", "h\na=>1\nsecret=>\n");

        var result = await scene.LoadAsync(LoadScene.Append(path) with { MaxRejects = new(1, null) });

        Assert.Equal((ExitCode.FileFailed, "XX000"), (result.ExitCode, result.Error!.Code));
    }

    [Fact]
    public async Task A_failure_that_no_value_explains_ends_the_file_and_tells_no_value()
    {
        await using var scene = await LoadScene.CreateAsync(
            postgres,
            "CREATE TABLE t (id int PRIMARY KEY, v regclass); CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS "
            + "$$ BEGIN IF NEW.id = 7 THEN RAISE 'relation \"secret\" does not exist' USING ERRCODE = '42P01'; END IF; RETURN NEW; END $$; "
            + "CREATE TRIGGER fail BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION fail()");
        var path = scene.Write("s.csv", "id,v\n" + string.Concat(Enumerable.Range(1, 20).Select(i => $"{i},pg_class\n")));

        var result = await scene.LoadAsync(LoadScene.Job(path) with { MaxRejects = new(20, null) });

        Assert.Equal(ExitCode.FileFailed, result.ExitCode);
        Assert.Equal("42P01", result.Error!.Code);
        Assert.EndsWith(": relation … does not exist", result.Error.Message, StringComparison.Ordinal);
        Assert.Equal(0, result.Total.Rejected);
    }

    [Fact]
    public async Task A_type_that_the_role_may_not_use_makes_no_rejects()
    {
        await using var scene = await LoadScene.CreateAsync(
            postgres, "CREATE SCHEMA closed; CREATE TYPE closed.pair AS (a int, b int); CREATE TABLE t (id int PRIMARY KEY, p closed.pair)");
        await using var role = await TestRole.CreateAsync(postgres, scene.Database);
        await scene.Database.ExecuteAsync(
            $"GRANT INSERT, SELECT, UPDATE ON t TO {role.Name}; GRANT CREATE, TEMPORARY ON DATABASE {role.Database} TO {role.Name}");
        var path = scene.Write("s.csv", "id;p\n1;(1,2)\n2;(3,4)\n");

        var result = await scene.LoadAsync(LoadScene.Job(path) with { MaxRejects = new(2, null) }, role.ConnectionString);

        Assert.Equal((ExitCode.FileFailed, "42501"), (result.ExitCode, result.Error!.Code));
        Assert.Equal(0, result.Total.Rejected);
    }

    [Theory]
    [InlineData("CREATE RULE away AS ON INSERT TO ingest.rejects DO INSTEAD NOTHING")]
    [InlineData("CREATE FUNCTION away() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'; CREATE TRIGGER away BEFORE INSERT ON ingest.rejects FOR EACH ROW EXECUTE FUNCTION away()")]
    public async Task A_reject_that_cannot_be_written_fails_the_run(string sabotage)
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "CREATE TABLE t (id int PRIMARY KEY)");
        await scene.LoadedAsync(LoadScene.Job(scene.Write("a.csv", "id\n1\n")));
        var job = LoadScene.Job(scene.Write("b.csv", "id\n2\nx\n3\n")) with { MaxRejects = new(1, null), Concurrency = 1 };
        await scene.Database.ExecuteAsync(sabotage);

        var settings = new Npgsql.NpgsqlConnectionStringBuilder(scene.Database.ConnectionString);
        var result = await new Loader(settings, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance).RunAsync(job, new(), default);

        Assert.Equal(ExitCode.FileFailed, result.ExitCode);
        Assert.Equal(["1"], await scene.RowsAsync());
        Assert.Equal(["failed|0"], await scene.Database.RowsAsync("SELECT status, rows_read FROM ingest.manifest WHERE file_name LIKE '%b.csv'"));
        await LoadAssert.NothingIsLeftAsync(scene.Database);
    }

    [Fact]
    public async Task A_manifest_without_its_table_of_rejects_is_refused()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "CREATE TABLE t (id int PRIMARY KEY)");
        await scene.LoadedAsync(LoadScene.Job(scene.Write("a.csv", "id\n1\n")));
        await scene.Database.ExecuteAsync("DROP TABLE ingest.rejects");

        var refusal = await scene.RefusedAsync(LoadScene.Job(scene.Write("b.csv", "id\n2\nx\n")) with { MaxRejects = new(1, null) });

        Assert.Equal("42P01", refusal.Code);
    }

    private static string Value(string column, int i, bool isBad) => (column, isBad) switch
    {
        ("c", true) => "-1",
        ("n", true) => "",
        ("f", true) => "999",
        ("u", true) => "-1",
        ("r", true) => "\"[9,1\"",
        ("j", true) => "\"{\"\"a\"\": nope}\"",
        ("m", true) => "ecstatic",
        ("f", false) => "1",
        ("u", false) => $"{i}",
        ("r", false) => "\"[1,9)\"",
        ("j", false) => "{}",
        ("m", false) => "ok",
        _ => $"{i + 1}",
    };

    private string Code(string code) => code == HstoreCode && postgres.Major >= 16 ? "42601" : code;
}
