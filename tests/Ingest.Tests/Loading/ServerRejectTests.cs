using Ingest.Lanes;
using Ingest.Testing;

namespace Ingest.Tests.Loading;

/// <summary>Records that convert and that the server refuses.</summary>
public sealed class ServerRejectTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
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
                foreach (var percent in new[] { 1, 10, 50, 100 }) cases.Add(column, code, percent, percent == 10 ? LoadMode.Append : LoadMode.Upsert);
            }
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
}
