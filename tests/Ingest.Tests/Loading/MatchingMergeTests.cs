using Ingest.Testing;

namespace Ingest.Tests.Loading;

/// <summary>
/// Batches whose keys are there already are merged by looking rows up first; what is written, and what is counted as
/// unchanged, is what INSERT … ON CONFLICT with a comparison of images would have written.
/// </summary>
public sealed class MatchingMergeTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const string Types = """
        CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE DOMAIN whole AS int; CREATE DOMAIN label AS text;
        CREATE COLLATION nocase (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
        """;

    /// <summary>Columns whose values can be equal in the type's eyes and differ in their bytes, or change when they are assigned.</summary>
    private static readonly (string Definition, string[] Values)[] Columns =
    [
        ("i int", ["1", "2", ""]),
        ("te text", ["a", "A", "a ", "\"\"", ""]),
        ("nc text COLLATE nocase", ["x", "X", "y"]),
        ("vc varchar(3)", ["abc", "ab", "AB"]),
        ("ch char(3)", ["ab", "\"ab \"", "x"]),
        ("n numeric", ["1", "1.0", "1.00", "-0", "0.0", "NaN", ""]),
        ("n2 numeric(6,2)", ["1", "1.004", "1.00", "1.009", "-0.001"]),
        ("f8 float8", ["0", "-0", "NaN", "1.5", "1e-300"]),
        ("f4 float4", ["0", "-0", "NaN", "Infinity"]),
        ("ts timestamp", ["2024-01-01", "2024-01-01 00:00:00.000001", "infinity"]),
        ("ts0 timestamptz(0)", ["2024-01-01 00:00:00.4+00", "2024-01-01 00:00:00.5+00", "2024-01-01 00:00:00+00"]),
        ("d date", ["2024-02-29", "2024-02-28"]),
        ("b bool", ["t", "f", ""]),
        ("u uuid", ["a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "A0EEBC999C0B4EF8BB6D6BB9BD380A12"]),
        ("en mood", ["sad", "ok"]),
        ("by bytea", ["\\x00", "\\x", "\\x0000"]),
    ];

    /// <summary>Types that are compared as images, or that an assignment changes: with one of them rows are not looked up.</summary>
    private static readonly (string Definition, string[] Values)[] Others =
    [
        ("js json", ["{}", "{ }"]),
        ("jb jsonb", ["1.0", "1.00"]),
        ("iv interval", ["24 hours", "1 day"]),
        ("wh whole", ["1", "2"]),
        ("ti time(0)", ["12:00:00.4", "12:00:00"]),
        ("iv0 interval(0)", ["1.4 seconds", "1 second"]),
        ("mac macaddr", ["08:00:2b:01:02:03", "08002b010203"]),
        ("na name", ["a", "b"]),
    ];

    /// <summary>Keys in the file's order, and keys in any order, which are sorted before they are looked up.</summary>
    private static readonly (string Type, Func<int, string> Write)[] Keys =
    [
        ("int", k => $"{k}"),
        ("text", k => $"key {k * 7919 % 1000:000}"),
        ("uuid", k => $"{k * 7919 % 1000:00000000}-9c0b-4ef8-bb6d-6bb9bd380a11"),
        ("label", k => $"label {k * 7919 % 1000:000}"),
        ("varchar(9) COLLATE nocase", k => $"{(k % 2 == 0 ? 'K' : 'k')}{k * 7919 % 1000}"),
    ];

    public static TheoryData<int, int, bool> Cases
    {
        get
        {
            var cases = new TheoryData<int, int, bool>();
            for (var seed = 1; seed <= 6; seed++)
            {
                cases.Add(seed, 0, seed % 2 == 0);
                cases.Add(seed, seed * 15, seed % 2 == 1);
            }
            cases.Add(7, 100, false);
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Rows_and_counts_are_those_of_on_conflict(int seed, int changedPercent, bool withOthers)
    {
        var random = new Random(seed);
        var columns = withOthers ? [.. Columns, Others[seed % Others.Length]] : Columns;
        var (keyType, key) = Keys[seed % Keys.Length];
        var definition = $"(k {keyType} PRIMARY KEY, {string.Join(", ", columns.Select(c => c.Definition))})";
        await using var scene = await LoadScene.CreateAsync(postgres, $"{Types} CREATE TABLE t {definition}; CREATE TABLE r {definition}");
        var rows = Enumerable.Range(0, 240).Select(Cells).ToList();
        await scene.LoadedAsync(LoadScene.Job(scene.Write("first.csv", Text(rows))));
        await scene.Database.ExecuteAsync("INSERT INTO r SELECT * FROM t");

        foreach (var row in rows.Where(_ => random.Next(100) < changedPercent))
        {
            var changed = random.Next(columns.Length);
            row[1 + changed] = Cell(columns[changed]);
        }
        rows.AddRange(Enumerable.Range(240, seed).Select(Cells));
        var path = scene.Write("second.csv", Text(rows));
        var (inserted, updated) = await ByHandAsync(scene, path, columns);

        // Small batches, so that every way of merging has its turn.
        var total = (await scene.LoadedAsync(LoadScene.Job(path) with { ChunkSize = 15, Concurrency = 1 + seed % 2 })).Total;

        Assert.Equal((inserted, updated, rows.Count - inserted - updated), (total.Inserted, total.Updated, total.Unchanged));
        Assert.Equal(0, await scene.Database.ScalarAsync<long>(
            "SELECT count(*) FROM t FULL JOIN r ON t.k = r.k WHERE t.k IS NULL OR r.k IS NULL OR t::text IS DISTINCT FROM r::text"));

        string[] Cells(int k) => [key(k), .. columns.Select(Cell)];
        string Cell((string Definition, string[] Values) column) => column.Values[random.Next(column.Values.Length)];

        string Text(List<string[]> all) =>
            CsvText.File("k," + string.Join(',', columns.Select(c => c.Definition.Split(' ')[0])), all.Select(row => string.Join(',', row)));
    }

    [Theory]
    [InlineData("v = v || '!'", 0)]
    [InlineData("v = v", 0)]
    [InlineData("v = 'too long'", 60)]
    public async Task A_row_that_the_server_refuses_is_a_reject_whatever_the_merge(string change, int rejected)
    {
        await using var scene = await LoadScene.CreateAsync(
            postgres, "CREATE TABLE t (k int PRIMARY KEY, v text CHECK (length(v) < 8)); INSERT INTO t SELECT k, 'v' || k FROM generate_series(1, 200) k");
        var lines = await scene.Database.RowsAsync(
            $"SELECT CASE WHEN k % 3 = 0 THEN k || ',' || (SELECT new FROM (SELECT {change[4..]} AS new) n) ELSE k || ',' || v || '?' END FROM (SELECT k, v FROM t WHERE k <= 180) t ORDER BY k");
        var path = scene.Write("c.csv", CsvText.File("k,v", lines));

        var result = await scene.LoadAsync(LoadScene.Job(path) with { ChunkSize = 20, Concurrency = 1, MaxRejects = new(100, null) });

        Assert.Equal(rejected == 0 ? ExitCode.Success : ExitCode.LoadedWithRejects, result.ExitCode);
        Assert.Equal(rejected, result.Total.Rejected);
        Assert.Equal(0, await scene.Database.ScalarAsync<long>("SELECT count(*) FROM t WHERE length(v) > 7"));
        Assert.Equal(180 - rejected, result.Total.Updated + result.Total.Unchanged);
    }

    [Fact]
    public async Task An_unchanged_row_is_not_even_locked()
    {
        await using var scene = await LoadScene.CreateAsync(
            postgres, "CREATE TABLE t (k int PRIMARY KEY, v text); INSERT INTO t SELECT k, 'v' || k FROM generate_series(1, 3000) k");
        var path = scene.Write("same.csv", CsvText.File("k,v", Enumerable.Range(1, 3000).Select(k => $"{k},v{k}")));

        var total = (await scene.LoadedAsync(LoadScene.Job(path) with { ChunkSize = 100, Concurrency = 1 })).Total;

        Assert.Equal(3000, total.Unchanged);
        // The first batch is merged before anything is known of the file.
        Assert.Equal(100, await scene.Database.ScalarAsync<long>("SELECT count(*) FROM t WHERE xmax <> 0"));
    }

    [Fact]
    public async Task A_child_table_is_left_alone()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, """
            CREATE TABLE t (k int PRIMARY KEY, v text); CREATE TABLE child () INHERITS (t);
            INSERT INTO t SELECT k, 'old' FROM generate_series(1, 60) k; INSERT INTO child SELECT k, 'child' FROM generate_series(1, 90) k;
            """);
        var path = scene.Write("p.csv", CsvText.File("k,v", Enumerable.Range(1, 90).Select(k => $"{k},new")));

        var loaded = await new Loader(new(scene.Database.ConnectionString), Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance)
            .RunAsync(LoadScene.Job(path) with { ChunkSize = 10, Concurrency = 1 }, new Telemetry.LoadProgress(), CancellationToken.None);

        Assert.Equal((30, 60), (loaded.Total.Inserted, loaded.Total.Updated));
        Assert.Equal(["child|90", "new|90"], await scene.Database.RowsAsync("SELECT v, count(*) FROM t GROUP BY v ORDER BY v"));
    }

    /// <summary>The same with one statement and a comparison of images; gives the rows inserted and updated.</summary>
    private static async Task<(long Inserted, long Updated)> ByHandAsync(LoadScene scene, string path, (string Definition, string[] Values)[] columns)
    {
        var names = columns.Select(c => c.Definition.Split(' ')[0]).ToArray();
        var text = File.ReadAllText(path);
        await scene.Database.ExecuteAsync("CREATE TABLE s (LIKE r)");
        await using var connection = new Npgsql.NpgsqlConnection(scene.Database.ConnectionString);
        await connection.OpenAsync();
        await using (var writer = await connection.BeginTextImportAsync("COPY s FROM STDIN (FORMAT csv, HEADER)")) await writer.WriteAsync(text);
        await using var command = new Npgsql.NpgsqlCommand(
            $"WITH m AS (INSERT INTO r AS t SELECT * FROM s ON CONFLICT (k) DO UPDATE SET {string.Join(", ", names.Select(n => $"{n} = EXCLUDED.{n}"))} "
            + $"WHERE record_image_ne(ROW({string.Join(", ", names.Select(n => "t." + n))}), ROW({string.Join(", ", names.Select(n => "EXCLUDED." + n))})) "
            + "RETURNING xmax = 0 AS fresh) SELECT count(*) FILTER (WHERE fresh), count(*) FILTER (WHERE NOT fresh) FROM m", connection);
        await using var reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();
        return (reader.GetInt64(0), reader.GetInt64(1));
    }
}
