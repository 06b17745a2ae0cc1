using Ingest.Lanes;
using Ingest.Testing;

namespace Ingest.Tests.Loading;

/// <summary>Keys that occur again: the result is that of a fold over the records in their order, whatever the lanes and batches.</summary>
public sealed class DuplicateKeyTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    public static TheoryData<OnDuplicate, int, int> Cases
    {
        get
        {
            var cases = new TheoryData<OnDuplicate, int, int>();
            foreach (var policy in new[] { OnDuplicate.Last, OnDuplicate.First, OnDuplicate.Reject })
            {
                foreach (var lanes in new[] { 1, 3 })
                {
                    foreach (var chunk in new[] { 1, 7, 50 }) cases.Add(policy, lanes, chunk);
                }
            }
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Repeated_keys_end_as_a_fold_in_record_order_would(OnDuplicate policy, int lanes, int chunk)
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "CREATE TABLE t (k text PRIMARY KEY, v int); INSERT INTO t VALUES ('k3', -1), ('z', -2)");
        var random = new Random((lanes * 100) + chunk);
        var records = Enumerable.Range(0, 80).Select(i => (Key: "k" + random.Next(25), Value: i)).ToArray();
        var path = scene.Write("d.csv", CsvText.File("k,v", records.Select(r => $"{r.Key},{r.Value}")));

        var result = await scene.LoadAsync(LoadScene.Job(path) with
        {
            OnDuplicate = policy, Concurrency = lanes, ChunkSize = chunk, MaxRejects = new(100, null),
        });

        Assert.Null(result.Error);
        var expected = new Dictionary<string, int> { ["k3"] = -1, ["z"] = -2 };
        var seen = new HashSet<string>();
        var repeated = new List<int>();
        for (var i = 0; i < records.Length; i++)
        {
            if (!seen.Add(records[i].Key)) repeated.Add(i);
            if (policy == OnDuplicate.Last || repeated.LastOrDefault(-1) != i) expected[records[i].Key] = records[i].Value;
        }
        Assert.Equal(expected.OrderBy(e => e.Key, StringComparer.Ordinal).Select(e => $"{e.Key}|{e.Value}"), await scene.RowsAsync("k COLLATE \"C\""));
        var total = result.Total;
        Assert.Equal(80, total.Read);
        Assert.Equal(seen.Count - (seen.Contains("k3") ? 1 : 0), total.Inserted);
        if (policy == OnDuplicate.First) Assert.Equal(repeated.Count, total.Superseded);
        if (policy == OnDuplicate.Last) Assert.Equal(80 - total.Inserted, total.Updated + total.Superseded);
        Assert.Equal(
            policy == OnDuplicate.Reject ? repeated.Select(i => $"{i + 1}|{i + 2}|duplicate_key|{records[i].Key},{i}") : [],
            await scene.RejectsAsync());
        Assert.Empty(await scene.Database.RowsAsync("SELECT relname FROM pg_class WHERE relname LIKE 'keys_%'"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task A_repeated_key_can_fail_the_file(int lanes)
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "CREATE TABLE t (k int PRIMARY KEY)");
        var job = LoadScene.Job(scene.Write("d.csv", "k\n1\n2\n3\n2\n")) with { OnDuplicate = OnDuplicate.Error, Concurrency = lanes };

        var result = await scene.LoadAsync(job);
        var good = await scene.LoadAsync(LoadScene.Job(scene.Write("g.csv", "k\n1\n2\n3\n")) with { OnDuplicate = OnDuplicate.Error, Concurrency = lanes });

        Assert.Equal((ExitCode.FileFailed, "duplicate_key"), (result.ExitCode, result.Error?.Code));
        Assert.Contains("record 4 (line 5)", result.Error!.Message, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Success, good.ExitCode);
    }

    [Theory]
    [InlineData(OnDuplicate.First, "1|a")]
    [InlineData(OnDuplicate.Last, "1|c")]
    public async Task Every_file_has_its_own_keys_and_a_later_file_wins(OnDuplicate policy, string expected)
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "CREATE TABLE t (k int PRIMARY KEY, v text)");
        var first = scene.Write("1.csv", "k,v\n1,x\n1,y\n");
        var second = scene.Write("2.csv", "k,v\n1,a\n1,b\n1,c\n");

        await scene.LoadedAsync(LoadScene.Job(first, second) with { OnDuplicate = policy, Concurrency = 3 });

        Assert.Equal([expected], await scene.RowsAsync());
    }

    [Fact]
    public async Task Keys_that_the_database_holds_equal_are_one_key()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "CREATE TABLE t (k numeric PRIMARY KEY, v text)");

        await scene.LoadedAsync(LoadScene.Job(scene.Write("n.csv", "k,v\n1.0,a\n1.00,b\n1e0,c\n-0,d\n0.0,e\n")) with { Concurrency = 3 });

        Assert.Equal(["e", "c"], await scene.Database.RowsAsync("SELECT v FROM t ORDER BY k"));
    }

    [Theory]
    [InlineData(OnDuplicate.Last, "08:00:2b:01:02:03|3", 1)]
    [InlineData(OnDuplicate.First, "08:00:2b:01:02:03|1", 1)]
    [InlineData(OnDuplicate.Reject, "08:00:2b:01:02:03|1", 2)]
    public async Task A_key_that_only_the_server_can_refuse_is_a_reject(OnDuplicate policy, string expected, int rejected)
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "CREATE TABLE t (k macaddr PRIMARY KEY, v int)");
        var path = scene.Write("m.csv", "k,v\n08:00:2b:01:02:03,1\nnonsense,2\n08-00-2b-01-02-03,3\n08:00:2b:01:02:04,4\n");

        var result = await scene.LoadAsync(LoadScene.Job(path) with { OnDuplicate = policy, MaxRejects = new(5, null) });

        Assert.Equal(ExitCode.LoadedWithRejects, result.ExitCode);
        Assert.Equal(rejected, result.Total.Rejected);
        Assert.Equal([expected, "08:00:2b:01:02:04|4"], await scene.Database.RowsAsync("SELECT k::text, v FROM t ORDER BY k"));
        Assert.Equal(["22P02|nonsense,2"], await scene.Database.RowsAsync(
            "SELECT code, raw FROM ingest.rejects WHERE code <> 'duplicate_key'"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(50)]
    public async Task What_comes_after_a_first_record_that_the_server_refuses_is_a_reject_with_it(int chunk)
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "CREATE TABLE t (k int PRIMARY KEY, v text CHECK (v <> 'bad'))");
        var path = scene.Write("f.csv", "k,v\n1,bad\n1,good\n2,x\n1,late\n2,again\n1,later\n");

        var result = await scene.LoadAsync(
            LoadScene.Job(path) with { OnDuplicate = OnDuplicate.First, Concurrency = 1, ChunkSize = chunk, MaxRejects = new(5, null) });

        Assert.Equal(["2|x"], await scene.RowsAsync());
        Assert.Equal(["1|23514", "2|first_refused", "4|first_refused", "6|first_refused"],
            await scene.Database.RowsAsync("SELECT record, code FROM ingest.rejects ORDER BY record"));
        Assert.Equal(1, result.Total.Superseded);
    }

    [SkippableTheory]
    [MemberData(nameof(Cases))]
    public async Task NULLs_that_an_index_holds_equal_are_one_key(OnDuplicate policy, int lanes, int chunk)
    {
        Skip.If(postgres.Major < 15, "NULLS NOT DISTINCT is of PostgreSQL 15");
        await using var scene = await LoadScene.CreateAsync(postgres, """
            CREATE TABLE t (a int, b text, v int, UNIQUE NULLS NOT DISTINCT (a, b));
            INSERT INTO t VALUES (1, NULL, -1), (NULL, NULL, -2), (7, 'z', -3)
            """);
        var random = new Random((lanes * 100) + chunk);
        var records = Enumerable.Range(0, 60).Select(i => (Key: $"{new[] { "", "1", "2" }[random.Next(3)]},{new[] { "", "x" }[random.Next(2)]}", Value: i)).ToArray();
        var path = scene.Write("n.csv", CsvText.File("a,b,v", records.Select(r => $"{r.Key},{r.Value}")));

        var result = await scene.LoadAsync(LoadScene.Job(path) with
        {
            Key = ["a", "b"], OnDuplicate = policy, Concurrency = lanes, ChunkSize = chunk, MaxRejects = new(100, null),
        });

        Assert.Null(result.Error);
        var expected = new Dictionary<string, int> { ["1,"] = -1, [","] = -2, ["7,z"] = -3 };
        var groups = records.GroupBy(r => r.Key).ToArray();
        foreach (var group in groups) expected[group.Key] = policy == OnDuplicate.Last ? group.Last().Value : group.First().Value;
        Assert.Equal(
            expected.Select(e => $"{e.Key},{e.Value}").Order(StringComparer.Ordinal),
            (await scene.Database.RowsAsync("SELECT concat_ws(',', coalesce(a::text, ''), coalesce(b, ''), v) FROM t")).Order(StringComparer.Ordinal));
        Assert.Equal(policy == OnDuplicate.Reject ? 60 - groups.Length : 0, result.Total.Rejected);
        Assert.Equal(groups.Count(g => g.Key is not ("1," or ",")), result.Total.Inserted);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(50)]
    public async Task Records_that_a_trigger_gives_one_key_are_applied_in_their_order(int chunk)
    {
        await using var scene = await LoadScene.CreateAsync(postgres, """
            CREATE TABLE t (k text PRIMARY KEY, v int);
            CREATE FUNCTION lower_key() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.k := lower(NEW.k); RETURN NEW; END';
            CREATE TRIGGER l BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION lower_key();
            """);
        var path = scene.Write("l.csv", "k,v\nA,1\nb,2\na,3\nc,4\nB,5\nd,6\n");

        var result = await scene.LoadedAsync(LoadScene.Job(path) with { Concurrency = 1, ChunkSize = chunk });

        Assert.Equal(["a|3", "b|5", "c|4", "d|6"], await scene.RowsAsync());
        Assert.Equal((4L, 2L), (result.Total.Inserted, result.Total.Updated));
    }

    [Theory]
    [InlineData(OnDuplicate.Last, "B|2")]
    [InlineData(OnDuplicate.First, "b|1")]
    public async Task Keys_under_a_collation_that_ignores_case_are_one_key(OnDuplicate policy, string expected)
    {
        await using var scene = await LoadScene.CreateAsync(postgres,
            "CREATE COLLATION nocase (provider = icu, locale = 'und-u-ks-level2', deterministic = false); CREATE TABLE t (k text COLLATE nocase PRIMARY KEY, v int)");

        await scene.LoadedAsync(LoadScene.Job(scene.Write("c.csv", "k,v\nb,1\nB,2\n")) with { Concurrency = 3, OnDuplicate = policy });

        Assert.Equal([expected[2..]], await scene.Database.RowsAsync("SELECT v FROM t"));
    }

    [Fact]
    public async Task An_index_that_ignores_case_makes_one_key_of_texts_that_differ()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, """
            CREATE COLLATION nocase (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
            CREATE TABLE t (k text, v int); CREATE UNIQUE INDEX ON t (k COLLATE nocase);
            """);

        var result = await scene.LoadedAsync(LoadScene.Job(scene.Write("c.csv", "k,v\nb,1\nB,2\na,3\nb,4\n")) with { Key = ["k"], Concurrency = 3 });

        Assert.Contains(result.Plan, note => note.StartsWith("one lane", StringComparison.Ordinal));
        Assert.Equal(["3", "4"], await scene.Database.RowsAsync("SELECT v FROM t ORDER BY v"));
    }

    [Fact]
    public async Task The_keys_of_a_file_are_forgotten_in_the_transaction_that_ends_it()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "CREATE TABLE t (k int PRIMARY KEY)");
        var job = LoadScene.Job(scene.Write("1.csv", "k\n1\n")) with { OnDuplicate = OnDuplicate.First };
        await scene.LoadedAsync(job);
        await scene.Database.ExecuteAsync("""
            CREATE FUNCTION keys_are_gone() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
              IF NEW.status = 'success' AND EXISTS (SELECT FROM pg_class WHERE relname = 'keys_' || NEW.id) THEN RAISE EXCEPTION 'left behind'; END IF;
              RETURN NULL; END $$;
            CREATE CONSTRAINT TRIGGER gone AFTER UPDATE ON ingest.manifest DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION keys_are_gone();
            """);

        await scene.LoadedAsync(job with { Files = [scene.Write("2.csv", "k\n2\n")] });

        Assert.Equal(["1", "2"], await scene.RowsAsync());
    }

    [Theory]
    [InlineData("timestamptz(0)", "2020-01-01 00:00:00.4", "2020-01-01 00:00:00.3")]
    [InlineData("interval(0)", "1.4 seconds", "1.3 seconds")]
    [InlineData("timestamp(0)[]", "{2020-01-01 00:00:00.4}", "{2020-01-01 00:00:00.3}")]
    [InlineData("numeric(4,1)[]", "{1.04}", "{1.03}")]
    public async Task Keys_that_their_column_rounds_to_one_value_are_one_key(string type, string one, string other)
    {
        await using var scene = await LoadScene.CreateAsync(postgres, $"CREATE TABLE t (k {type} PRIMARY KEY, v int)");
        var path = scene.Write("r.csv", $"k,v\n{one},1\n{other},2\n");
        var berlin = scene.Database.ConnectionString + ";Options=-c timezone=Europe/Berlin";

        foreach (var chunk in (int[])[1, 2, 100])
        {
            foreach (var (policy, expected) in new[] { (OnDuplicate.First, 1), (OnDuplicate.Reject, 1), (OnDuplicate.Last, 2) })
            {
                await scene.Database.ExecuteAsync("TRUNCATE t");
                var result = await scene.LoadAsync(LoadScene.Job(path) with { OnDuplicate = policy, ChunkSize = chunk, MaxRejects = new(1, null), Mode = LoadMode.Replace }, berlin);

                Assert.Equal((chunk, policy, $"{expected}"), (chunk, policy, Assert.Single(await scene.Database.RowsAsync("SELECT v FROM t"))));
                Assert.Equal((chunk, policy, 1L, policy == OnDuplicate.Reject ? 1L : 0L), (chunk, policy, result.Total.Inserted, result.Total.Rejected));
                if (policy != OnDuplicate.Last) Assert.Equal(policy == OnDuplicate.First ? 1 : 0, result.Total.Superseded);
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    public async Task A_rounded_key_of_a_partitioned_table_is_updated_and_counted_so(int chunk)
    {
        await using var scene = await LoadScene.CreateAsync(postgres, """
            CREATE TABLE t (k interval(0) PRIMARY KEY, v int) PARTITION BY RANGE (k); CREATE TABLE p PARTITION OF t DEFAULT;
            INSERT INTO t VALUES ('1 second', 0);
            """);

        var result = await scene.LoadedAsync(LoadScene.Job(scene.Write("r.csv", "k,v\n1.4 seconds,1\n2.3 seconds,2\n")) with { ChunkSize = chunk });

        Assert.Equal(["1", "2"], await scene.Database.RowsAsync("SELECT v FROM t ORDER BY k"));
        Assert.Equal((1L, 1L), (result.Total.Inserted, result.Total.Updated));
    }

    [Theory]
    [InlineData(LoadMode.Upsert, 1)]
    [InlineData(LoadMode.Upsert, 100)]
    [InlineData(LoadMode.Replace, 1)]
    [InlineData(LoadMode.Replace, 100)]
    public async Task Of_equal_keys_that_differ_in_their_bytes_those_of_the_record_that_stands_are_stored(LoadMode mode, int chunk)
    {
        await using var scene = await LoadScene.CreateAsync(
            postgres, "CREATE EXTENSION citext; CREATE COLLATION nocase (provider = icu, locale = 'und-u-ks-level2', deterministic = false)");

        await StoreAsync("citext", "ABC", "abc");
        await StoreAsync("text COLLATE nocase", "ABC", "abc");
        await StoreAsync("numeric", "1.0", "1.00");
        await StoreAsync("float8", "0", "-0");
        await StoreAsync("jsonb", "1.0", "1.00");
        await StoreAsync("interval", "24:00:00", "1 day");

        async Task StoreAsync(string type, string one, string other)
        {
            await scene.Database.ExecuteAsync($"DROP TABLE IF EXISTS t; CREATE TABLE t (k {type} PRIMARY KEY, v int)");
            var twice = LoadScene.Job(scene.Write($"{type}-2.csv", $"k,v\n{one},1\n{other},2\n")) with { Mode = mode, ChunkSize = chunk };
            var once = twice with { Files = [scene.Write($"{type}-1.csv", $"k,v\n{one},2\n")] };

            await scene.LoadedAsync(twice);
            var last = await scene.Database.RowsAsync("SELECT k::text, v FROM t");
            var changed = await scene.LoadedAsync(once);
            var then = await scene.Database.RowsAsync("SELECT k::text, v FROM t");
            var same = await scene.LoadedAsync(once);
            await scene.LoadedAsync(twice with { OnDuplicate = OnDuplicate.First });

            Assert.Equal([$"{type}: {other}|2"], last.Select(row => $"{type}: {row}"));
            Assert.Equal([$"{type}: {one}|2"], then.Select(row => $"{type}: {row}"));
            if (mode == LoadMode.Upsert) Assert.Equal((type, 1L, 1L), (type, changed.Total.Updated, same.Total.Unchanged));
            Assert.Equal([$"{type}: {one}|1"], (await scene.Database.RowsAsync("SELECT k::text, v FROM t")).Select(row => $"{type}: {row}"));
        }
    }

    [Theory]
    [InlineData(LoadMode.Upsert, 2)]
    [InlineData(LoadMode.Upsert, 100)]
    [InlineData(LoadMode.Replace, 2)]
    public async Task Keys_whose_operators_lie_outside_of_the_search_path_are_compared_by_them(LoadMode mode, int chunk)
    {
        await using var scene = await LoadScene.CreateAsync(postgres, """
            CREATE SCHEMA ext; CREATE EXTENSION ltree SCHEMA ext; CREATE EXTENSION citext SCHEMA ext;
            CREATE TABLE t (k ext.ltree, c ext.citext, v int, kept int, PRIMARY KEY (k, c)); INSERT INTO t VALUES ('a.b', 'X', 0, 7), ('z', 'z', 0, 7);
            """);
        var path = scene.Write("l.csv", "k,c,v\na.b,x,1\na.c,y,2\na.b,X,3\na.c,Y,4\n");

        foreach (var policy in new[] { OnDuplicate.First, OnDuplicate.Last, OnDuplicate.Last })
            await scene.LoadedAsync(LoadScene.Job(path) with { Mode = mode, ChunkSize = chunk, OnDuplicate = policy });

        Assert.Equal(["a.b|X|3|7", "a.c|Y|4|∅"], await scene.Database.RowsAsync("SELECT k::text, c::text, v, kept FROM t WHERE v > 0 ORDER BY v"));
        Assert.Equal(mode == LoadMode.Replace ? 2 : 3, await scene.Database.ScalarAsync<long>("SELECT count(*) FROM t"));
    }

    [Fact]
    public async Task A_partitioned_table_is_upserted_by_a_key_whose_operators_lie_outside_of_the_search_path()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, """
            CREATE SCHEMA ext; CREATE EXTENSION ltree SCHEMA ext; CREATE TABLE t (k ext.ltree PRIMARY KEY, v int) PARTITION BY RANGE (k);
            CREATE TABLE p PARTITION OF t DEFAULT; INSERT INTO t VALUES ('a.b', 0);
            """);

        var result = await scene.LoadedAsync(LoadScene.Job(scene.Write("l.csv", "k,v\na.b,1\na.c,2\n")));

        Assert.Equal((1L, 1L), (result.Total.Inserted, result.Total.Updated));
    }
}
