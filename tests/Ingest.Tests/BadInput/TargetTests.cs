using Ingest.Lanes;
using Ingest.Plan;
using Ingest.Tests.Loading;
using static Ingest.Tests.BadInput.Expected;

namespace Ingest.Tests.BadInput;

/// <summary>Targets that refuse rows, all rows, or the job.</summary>
public sealed class TargetTests(BadInputDatabase database) : IClassFixture<BadInputDatabase>
{
    private const string Keyed = "CREATE TABLE t (id int PRIMARY KEY, v text)";
    private const string All = "SELECT * FROM t ORDER BY 1";

    private static readonly BadInputTable Table = new(
        Rows("A check that a row breaks", "CREATE TABLE t (id int CHECK (id > 0))", "id\n1\n-1\n2\n", Rejects(["1", "2"], "2|3|5|id|23514")),
        Rows("A NULL where none may be", "CREATE TABLE t (id int NOT NULL, v text)", "id,v\n1,a\n,b\n", Rejects(["1|a"], "2|3|9|id|23502")),
        Rows("A parent that is not there", "CREATE TABLE p (id int PRIMARY KEY); INSERT INTO p VALUES (1); CREATE TABLE t (id int REFERENCES p)", "id\n1\n9\n", Rejects(["1"], "2|3|5|id|23503")),
        Rows("A unique value that is there", "CREATE TABLE t (id int UNIQUE, v text); INSERT INTO t VALUES (1, 'old')", "id,v\n1,a\n2,b\n", Rejects(["1|old", "2|b"], "1|2|5|id|23505")),
        Rows("An exclusion that two rows break", "CREATE TABLE t (id int, EXCLUDE USING btree (id WITH =))", "id\n1\n1\n2\n", Rejects(["1", "2"], "2|3|5|id|23P01"), j => j with { Concurrency = 1 }),
        Rows("A domain that a row breaks", "CREATE DOMAIN d AS int CHECK (VALUE < 10); CREATE TABLE t (id d)", "id\n1\n10\n", Rejects(["1"], "2|3|5|∅|23514")),
        Rows("A partition that is not there", "CREATE TABLE t (id int) PARTITION BY RANGE (id); CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (10)", "id\n1\n10\n", Rejects(["1"], "2|3|5|∅|23514")),
        Rows("A view with a check that a row breaks", "CREATE TABLE b (id int); CREATE VIEW t AS SELECT id FROM b WHERE id < 10 WITH CHECK OPTION", "id\n1\n10\n", Rejects(["1"], "2|3|5|∅|44000")),
        Rows("A generated column that overflows", "CREATE TABLE t (id int, n int2 GENERATED ALWAYS AS (id * 1000) STORED)", "id\n1\n100\n", Rejects(["1|1000"], "2|3|5|∅|22003")),
        Rows("A trigger that refuses a row with a data error", Refusing("22023"), "id\n1\n2\n", Rejects(["1"], "2|3|5|∅|22023")),
        Rows("A trigger that refuses a row with an error of its own", Refusing("P0001"), "id\n1\n2\n3\n", Rejects(["1", "3"], "2|3|5|∅|P0001")),
        Rows("A trigger that fails for a reason that is not the row's ends the file", Refusing("0A000"), "id\n1\n2\n", Fails("0A000", "records 1 to 2", "no twos here"), j => j with { Concurrency = 1 }),
        Rows("An expression of an index that divides by zero", "CREATE TABLE t (id int); CREATE INDEX ON t ((1 / id))", "id\n1\n0\n", Rejects(["1"], "2|3|5|∅|22012")),
        Rows("A row that is bad on this side and one that is bad on the server's", "CREATE TABLE t (id int CHECK (id > 0), v int)", "id,v\n1,1\nx,1\n-1,1\n2,y\n3,3\n", Rejects(["1|1", "3|3"], "2|3|9|id|22P02", "3|4|13|id|23514", "4|5|18|v|22P02")),
        Rows("A row that is bad twice is one reject", "CREATE TABLE t (id int, v int)", "id,v\nx,y\n", Rejects([], "1|2|5|id|22P02")),

        Rows("A table that is not there", "", "id\n1\n", Refused("42P01", "table t does not exist", "--create-table")) with { IsNotOfFile = true },
        Rows("A materialised view", "CREATE MATERIALIZED VIEW t AS SELECT 1 AS id", "id\n2\n", Refused("wrong_relation", "materialised view")) with { IsNotOfFile = true },
        Rows("A sequence", "CREATE SEQUENCE t", "id\n2\n", Refused("wrong_relation", "sequence")) with { IsNotOfFile = true },
        Rows("A view that is upserted", "CREATE TABLE b (id int PRIMARY KEY); CREATE VIEW t AS SELECT id FROM b", "id\n2\n", Refused("wrong_relation", "view", "--mode append"), Upsert) with { IsNotOfFile = true },
        Rows("A view that cannot be written", "CREATE VIEW t AS SELECT 1 AS id UNION SELECT 2", "id\n3\n", Fails(["1", "2"], "55000", "records 1 to 1", "cannot insert into view")),
        Rows("A foreign table that is upserted", Foreign, "id\n2\n", Refused("wrong_relation", "foreign table", "--mode append"), Upsert) with { IsNotOfFile = true },
        Rows("A foreign table that cannot be written", Foreign, "id\n2\n", Fails("0A000", "records 1 to 1", "cannot insert into foreign table")),
        Rows("A table with a rule for INSERT", "CREATE TABLE t (id int); CREATE TABLE b (id int); CREATE RULE r AS ON INSERT TO t DO ALSO INSERT INTO b VALUES (NEW.id)", "id\n2\n", Refused("has_rules", "DISABLE RULE")) with { IsNotOfFile = true },
        Rows("A table with a rule for UPDATE takes what is appended", "CREATE TABLE t (id int PRIMARY KEY); CREATE RULE r AS ON UPDATE TO t DO INSTEAD NOTHING", "id\n2\n", Loads("2")),
        Rows("A table with a rule for UPDATE that is upserted", "CREATE TABLE t (id int PRIMARY KEY); CREATE RULE r AS ON UPDATE TO t DO INSTEAD NOTHING", "id\n2\n", Refused("has_rules"), Upsert) with { IsNotOfFile = true },
        Rows("No unique index for the key of a replacement", "CREATE TABLE t (id int, v text)", "id,v\n1,a\n", Refused("42P10", "CREATE UNIQUE INDEX ON"), j => j with { Mode = LoadMode.Replace, Key = ["id"] }) with { IsNotOfFile = true },
        Rows("A table without columns", "CREATE TABLE t ()", "id\n1\n", Refused("extra_columns", "'id'")) with { Select = "SELECT 1 FROM t" },
        Rows("A generated column in the file", "CREATE TABLE t (id int, n int GENERATED ALWAYS AS (id * 2) STORED)", "id,n\n1,2\n", Refused("428C9", "column n", "generated")),
        Rows("An identity column takes the file's values", "CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY, v text)", "id,v\n7,a\n", Loads("7|a")),
        Rows("An identity column out of its range", "CREATE TABLE t (id int2 GENERATED ALWAYS AS IDENTITY, v text)", "id,v\n7,a\n40000,b\n", Rejects(["7|a"], "2|3|9|id|22003")),
        Rows("No key at all", "CREATE TABLE t (id int, v text)", "id,v\n1,a\n", Refused("no_key", "--pk", "--mode append"), Upsert) with { IsNotOfFile = true },
        Rows("No unique index for the key", "CREATE TABLE t (id int, v text)", "id,v\n1,a\n", Refused("42P10", "CREATE UNIQUE INDEX ON"), j => Upsert(j) with { Key = ["id"] }) with { IsNotOfFile = true },
        Rows("A unique index of some rows only", "CREATE TABLE t (id int, v text); CREATE UNIQUE INDEX ON t (id) WHERE v > ''", "id,v\n1,a\n", Refused("42P10"), j => Upsert(j) with { Key = ["id"] }) with { IsNotOfFile = true },
        Rows("A unique index that is checked at the end", "CREATE TABLE t (id int UNIQUE DEFERRABLE, v text)", "id,v\n1,a\n", Refused("42P10"), j => Upsert(j) with { Key = ["id"] }) with { IsNotOfFile = true },
        Rows("A key that the table does not have", Keyed, "id,v\n1,a\n", Refused("42703", "'nope'", "'id', 'v'"), j => Upsert(j) with { Key = ["nope"] }) with { IsNotOfFile = true },
        Rows("A NULL in the key", Keyed, "id,v\n,a\n2,b\n", Rejects(["2|b"], "1|2|5|id|23502"), Upsert),

        Rows("A key twice in a file: the last wins", Keyed, "id,v\n1,a\n2,b\n1,c\n", Loads("1|c", "2|b"), Upsert),
        Rows("A key twice in two batches: the last wins", Keyed, "id,v\n1,a\n2,b\n1,c\n", Loads("1|c", "2|b"), j => Upsert(j) with { ChunkSize = 1 }),
        Rows("A key twice in a file: the first wins when that is asked for", Keyed, "id,v\n1,a\n2,b\n1,c\n", Loads("1|a", "2|b"), j => Upsert(j) with { OnDuplicate = OnDuplicate.First }),
        Rows("A key twice in a file is a reject when that is asked for", Keyed, "id,v\n1,a\n2,b\n1,c\n", Rejects(["1|a", "2|b"], "3|4|13|∅|duplicate_key"), j => Upsert(j) with { OnDuplicate = OnDuplicate.Reject }),
        Rows("A key twice in two batches is a reject when that is asked for", Keyed, "id,v\n1,a\n2,b\n1,c\n", Rejects(["1|a", "2|b"], "3|4|13|∅|duplicate_key"), j => Upsert(j) with { OnDuplicate = OnDuplicate.Reject, ChunkSize = 1 }),
        Rows("A key twice in a file ends it when that is asked for", Keyed, "id,v\n1,a\n1,c\n", Fails("duplicate_key", "record 2 (line 3)"), j => Upsert(j) with { OnDuplicate = OnDuplicate.Error, Concurrency = 1 }),
        Rows("A thousand times one key is one row", Keyed, "id,v\n" + string.Concat(Enumerable.Range(0, 1000).Select(i => $"1,{i}\n")), Loads("1|999"), j => Upsert(j) with { ChunkSize = 7 }),
        Rows("Keys that are equal and differ in their text are one row", "CREATE TABLE t (id numeric PRIMARY KEY, v text)", "id,v\n1,a\n1.0,b\n1e0,c\n", Loads("1|c"), Upsert) with { Select = "SELECT trim_scale(id), v FROM t" },
        Rows("A key twice in an append is a reject of the second", Keyed, "id,v\n1,a\n1,b\n", Rejects(["1|a"], "2|3|9|id|23505")),
        Rows("A key twice in a replacement: the last wins", $"{Keyed}; INSERT INTO t VALUES (9, 'old')", "id,v\n1,a\n1,b\n", Loads("1|b"), j => j with { Mode = LoadMode.Replace }),
        Rows("A replacement whose file is bad leaves the rows that were there", $"{Keyed}; INSERT INTO t VALUES (9, 'old')", "id,v\n1,a\nx,b\n", Fails(["9|old"], "reject_limit", "record 2, line 3"), j => j with { Mode = LoadMode.Replace, MaxRejects = RejectLimit.None }));

    private const string Foreign = "CREATE EXTENSION IF NOT EXISTS file_fdw SCHEMA public; CREATE SERVER IF NOT EXISTS files FOREIGN DATA WRAPPER file_fdw; CREATE FOREIGN TABLE t (id int) SERVER files OPTIONS (filename '/dev/null')";

    public static TheoryData<string> Cases => Table.Names;

    [Theory]
    [MemberData(nameof(Cases))]
    public Task It_ends_as_it_must(string name) => database.RunAsync(Table[name]);

    /// <summary>Under each share of bad rows, and for each way in which the server refuses one, exactly those are rejects.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    [InlineData(50)]
    [InlineData(100)]
    public async Task Bad_rows_of_every_kind_among_good_ones_are_exactly_the_rejects(int percent)
    {
        await using var scene = await database.SceneAsync("""
            CREATE TABLE p (id int PRIMARY KEY); INSERT INTO p VALUES (1);
            CREATE TABLE t (id int PRIMARY KEY, c int CHECK (c > 0), n int NOT NULL, f int REFERENCES p, u int UNIQUE, s varchar(3));
            INSERT INTO t VALUES (-1, 1, 1, 1, -1, '');
            """);
        string[] bad = ["0,1,1,{0},ok", "1,,1,{0},ok", "1,1,2,{0},ok", "1,1,1,-1,ok", "1,1,1,{0},long", "1,1,1,{0}", "x,1,1,{0},ok"];
        string[] codes = ["23514", "23502", "23503", "23505", "22001", "csv_field_count", "22P02"];
        var isBad = Enumerable.Range(0, 200).Select(i => i * 37 % 100 < percent).ToArray();
        var records = isBad.Select((b, i) => $"{i}," + string.Format(b ? bad[i % bad.Length] : "1,1,1,{0},ok", i)).ToArray();

        var result = await scene.LoadAsync(LoadScene.Job(scene.Write("in.csv", CsvText.File("id,c,n,f,u,s", records))) with { ChunkSize = 60, MaxRejects = new(200, null) });

        Assert.Equal(ExitCode.LoadedWithRejects, result.ExitCode);
        Assert.Equal(
            isBad.Select((b, i) => (b, i)).Where(r => r.b).Select(r => $"{r.i + 1}|{r.i + 2}|{codes[r.i % codes.Length]}|{records[r.i]}"),
            await scene.Database.RowsAsync($"SELECT record, line, code, raw FROM ingest.rejects WHERE run_id = '{result.RunId}' ORDER BY record"));
        Assert.Equal(isBad.Count(b => !b) + 1, await scene.Database.ScalarAsync<long>("SELECT count(*) FROM t"));
    }

    /// <summary>Twenty starts of one load at the same moment: one loads, the others say who does, or that it is done.</summary>
    [Fact]
    public async Task Of_twenty_starts_at_once_one_loads()
    {
        await using var scene = await database.SceneAsync("CREATE TABLE t (id int, v text)");
        var path = scene.Write("in.csv", CsvText.File("id,v", Enumerable.Range(0, 2000).Select(i => $"{i},a")));
        var link = Path.Combine(scene.Folder, "link.csv");
        File.CreateSymbolicLink(link, path);
        var settings = new Npgsql.NpgsqlConnectionStringBuilder(scene.Database.ConnectionString);
        using var barrier = new Barrier(20);

        var results = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Factory.StartNew(() =>
        {
            barrier.SignalAndWait();
            var job = LoadScene.Append(i % 2 == 0 ? path : link) with { Concurrency = 1 };
            return new Loader(settings, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance).RunAsync(job, new(), default);
        }, TaskCreationOptions.LongRunning).Unwrap()));

        Assert.Single(results, r => r.ExitCode == ExitCode.Success);
        Assert.All(results.Where(r => r.ExitCode != ExitCode.Success), r =>
        {
            Assert.True(r.Error?.Code is "file_held" or "already_loaded", r.Error?.Message);
            Assert.Contains("in", r.Error!.Message, StringComparison.Ordinal);
        });
        Assert.Equal(2000, await scene.Database.ScalarAsync<long>("SELECT count(*) FROM t"));
    }

    private static LoadJob Upsert(LoadJob job) => job with { Mode = LoadMode.Upsert };

    private static string Refusing(string state) => $"""
        CREATE TABLE t (id int);
        CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.id = 2 THEN RAISE EXCEPTION 'no twos here' USING ERRCODE = '{state}'; END IF; RETURN NEW; END $$;
        CREATE TRIGGER r BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION refuse();
        """;

    private static BadInputCase Rows(string name, string ddl, string text, Expected ends, Func<LoadJob, LoadJob>? job = null) =>
        new(name, ends) { Ddl = ddl, Text = text, Job = job ?? (j => j), Select = All };
}
