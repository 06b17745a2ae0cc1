using Ingest.Lanes;
using Ingest.Manifest;
using Ingest.Testing;
using Ingest.Tests.Formats.Parquet;

namespace Ingest.Tests.Loading;

/// <summary>Small files share transactions; what becomes of each is what becomes of it alone.</summary>
public sealed class SmallFilesTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const string Table = "CREATE TABLE t (id int PRIMARY KEY, v int CHECK (v <> 13), w text)";

    /// <summary>Modes, and whether the table has rows of the files' keys before.</summary>
    public static TheoryData<LoadMode, bool, int> Cases
    {
        get
        {
            var cases = new TheoryData<LoadMode, bool, int>();
            foreach (var mode in (LoadMode[])[LoadMode.Upsert, LoadMode.InsertIgnore])
            {
                foreach (var seed in Enumerable.Range(1, 2))
                {
                    cases.Add(mode, false, seed);
                    cases.Add(mode, true, seed);
                }
            }
            return cases;
        }
    }

    [Fact]
    public async Task Files_without_a_key_are_dealt_to_every_lane()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "CREATE TABLE t (id int)");
        for (var file = 0; file < 40; file++) scene.Write($"f{file:00}.csv", "id\n1\n2\n");
        await scene.LoadedAsync(LoadScene.Append(Path.Combine(scene.Folder, "*.csv")) with { Concurrency = 2 });

        var lanes = await scene.Database.RowsAsync("SELECT sum(rows_read) FROM ingest.watermarks GROUP BY lane");
        Assert.Equal(2, lanes.Count);
        Assert.DoesNotContain("0", lanes);
    }

    [Fact]
    public async Task A_small_file_whose_records_go_to_one_lane_needs_no_session_for_the_others()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "CREATE TABLE t (id int)");
        await using var role = await TestRole.CreateAsync(postgres, scene.Database);
        await scene.Database.ExecuteAsync($"ALTER ROLE {role.Name} CONNECTION LIMIT 2; GRANT CREATE ON DATABASE {role.Database} TO {role.Name}; GRANT SELECT, INSERT ON t TO {role.Name}");
        var job = LoadScene.Append(scene.Write("f.csv", "id\n1\n2\nx\n")) with { Concurrency = 4, MaxRejects = new(1, null), MaxRetries = 0 };

        var loaded = await scene.LoadAsync(job, role.ConnectionString);
        var empty = await scene.LoadAsync(LoadScene.Append(scene.Write("e.csv", "id\n")) with { Concurrency = 4, MaxRetries = 0 }, role.ConnectionString);

        Assert.True(loaded.ExitCode == ExitCode.LoadedWithRejects, loaded.Error?.Message);
        Assert.True(empty.ExitCode == ExitCode.Success, empty.Error?.Message);
        Assert.Equal(["0", "0", "0", "3"], await scene.Database.RowsAsync("SELECT record FROM ingest.watermarks WHERE manifest_id = 1 ORDER BY 1"));
        Assert.Equal(FileStatus.AlreadyLoaded, (await scene.LoadAsync(job with { Resume = true })).Files[0].Status);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Files_together_end_as_files_one_by_one(LoadMode mode, bool hasRows, int seed)
    {
        var random = new Random(seed);
        await using var together = await LoadScene.CreateAsync(postgres, Table);
        await using var alone = await LoadScene.CreateAsync(postgres, Table);
        foreach (var scene in (LoadScene[])[together, alone])
        {
            if (hasRows) await scene.Database.ExecuteAsync("INSERT INTO t SELECT i, i % 7, 'w' || i % 7 FROM generate_series(0, 400) i");
        }
        var paths = Enumerable.Range(0, 6).Select(n => together.Write($"{n:00}.csv", CsvText.File("id,v,w", Records(random)))).ToArray();
        var job = LoadScene.Job(paths) with { Mode = mode, MaxRejects = new(null, 100), Concurrency = random.Next(1, 4), ChunkSize = random.Next(20, 700) };

        var result = await together.LoadAsync(job);
        var counts = new List<LoadCounts>();
        foreach (var path in paths) counts.Add((await alone.LoadAsync(job with { Files = [path], Concurrency = 1 })).Total);

        Assert.Equal(await alone.RowsAsync(), await together.RowsAsync());
        Assert.Equal(counts, result.Files.Select(f => f.Counts));
        const string rejects = "SELECT regexp_replace(file_name, '.*/', ''), record, line, column_name, code, message, raw FROM ingest.rejects ORDER BY 1, 2";
        Assert.Equal(await alone.Database.RowsAsync(rejects), await together.Database.RowsAsync(rejects));
        // A transaction writes the watermarks of all its files.
        Assert.InRange(await together.Database.ScalarAsync<long>("SELECT count(DISTINCT xmin::text) FROM ingest.watermarks"), 1, paths.Length - 1);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Files_that_are_updated_and_files_that_are_not_keep_their_own_counts(int lanes)
    {
        await using var scene = await LoadScene.CreateAsync(postgres, Table);
        var paths = Enumerable.Range(0, 30).Select(n => scene.Write($"{n:00}.csv", CsvText.File("id,v,w", Lines(n, 1)))).ToArray();
        await scene.LoadedAsync(LoadScene.Job(paths) with { Concurrency = lanes });
        foreach (var n in Enumerable.Range(0, 30).Where(n => n % 3 == 0)) scene.Write($"{n:00}.csv", CsvText.File("id,v,w", Lines(n, 2)));

        // A lane learns how to merge from its last batch, so several batches take all ways.
        var result = await scene.LoadedAsync(LoadScene.Job(paths) with { Concurrency = lanes, ChunkSize = 60 });

        Assert.Equal(
            Enumerable.Range(0, 30).Select(n => n % 3 == 0 ? (20L, 0L) : (0L, 20L)),
            result.Files.Select(f => (f.Counts.Updated, f.Counts.Unchanged)));

        static IEnumerable<string> Lines(int file, int value) => Enumerable.Range(file * 20, 20).Select(i => $"{i},{value},x");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Files_that_are_alike_until_one_is_not_keep_their_own_counts(int lanes)
    {
        // How many of a file's twenty rows are updated, and how many inserted; the rest stays as it is.
        var fates = Enumerable.Range(0, 80).Select(n => n switch
        {
            < 20 => (20, 0),
            < 40 => (0, 0),
            < 50 => (20, 0),
            50 => (19, 1),
            51 => (18, 2),
            < 60 => (20, 0),
            < 70 => (0, 0),
            70 => (0, 1),
            _ => (1, 0),
        }).ToList();
        await using var scene = await LoadScene.CreateAsync(postgres, Table);
        await scene.Database.ExecuteAsync("INSERT INTO t SELECT i, 1, 'x' FROM generate_series(0, 1599) i");
        for (var n = 0; n < fates.Count; n++)
        {
            var (updated, inserted) = fates[n];
            var first = n * 20;
            await scene.Database.ExecuteAsync($"DELETE FROM t WHERE id >= {first} AND id < {first + inserted}");
            scene.Write($"{n:00}.csv", CsvText.File("id,v,w", Enumerable.Range(first, 20).Select(i => $"{i},{(i >= first + 20 - updated ? 2 : 1)},x")));
        }

        var result = await scene.LoadedAsync(LoadScene.Job(Path.Combine(scene.Folder, "*.csv")) with { Concurrency = lanes, ChunkSize = 60 });

        Assert.Equal(fates, result.Files.Select(f => ((int)f.Counts.Updated, (int)f.Counts.Inserted)));
        Assert.All(result.Files, f => Assert.Equal(20, f.Counts.Updated + f.Counts.Inserted + f.Counts.Unchanged));
    }

    [Fact]
    public async Task A_file_that_fails_fails_alone_and_those_after_it_wait_for_the_resume()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "CREATE TABLE t (id int, v int CHECK (v <> 13))");
        var paths = Enumerable.Range(0, 20).Select(n => scene.Write($"{n:00}.csv", CsvText.File("id,v", Enumerable.Range(n * 10, 10).Select(i => $"{i},{(i == 75 ? 13 : 1)}")))).ToArray();
        var job = LoadScene.Append(paths) with { Concurrency = 1 };

        var failed = await scene.LoadAsync(job);
        var resumed = await scene.LoadAsync(job with { Resume = true, MaxRejects = new(1, null) });

        Assert.Equal(ExitCode.FileFailed, failed.ExitCode);
        Assert.All(failed.Files.Take(7), f => Assert.Equal((FileStatus.Success, null), (f.Status, f.Error)));
        Assert.NotNull(failed.Files[7].Error);
        Assert.All(failed.Files.Skip(8), f => Assert.NotEqual(FileStatus.Success, f.Status));
        Assert.Equal(ExitCode.LoadedWithRejects, resumed.ExitCode);
        Assert.All(resumed.Files.Take(7), f => Assert.Equal(FileStatus.AlreadyLoaded, f.Status));
        Assert.Equal("199|199", (await scene.Database.RowsAsync("SELECT count(*), count(DISTINCT id) FROM t"))[0]);
    }

    [Theory]
    [InlineData(LoadMode.Append, false)]
    [InlineData(LoadMode.Append, true)]
    [InlineData(LoadMode.Upsert, false)]
    [InlineData(LoadMode.Upsert, true)]
    public async Task Files_that_were_interrupted_are_resumed_exactly(LoadMode mode, bool isParquet)
    {
        await using var scene = await LoadScene.CreateAsync(postgres, mode == LoadMode.Append ? "CREATE TABLE t (id int, v int)" : "CREATE TABLE t (id int PRIMARY KEY, v int)");
        var paths = Enumerable.Range(0, 120).Select(Write).ToArray();
        var job = LoadScene.Job(paths) with { Mode = mode, ChunkSize = 500 };

        foreach (var interruption in Enumerable.Range(0, 4)) await scene.InterruptAsync(job with { Resume = interruption > 0, Concurrency = 1 + (interruption % 3) }, 2_000);
        await scene.LoadAsync(job with { Resume = true });

        Assert.Equal("24000|24000|119", (await scene.Database.RowsAsync("SELECT count(*), count(DISTINCT id), max(v) FROM t"))[0]);

        string Write(int n)
        {
            var ids = Enumerable.Range(n * 200, 200);
            return isParquet
                ? scene.WriteBytes($"{n:000}.parquet", ParquetRows.File([.. ids.Select(i => ((long)i, (string?)$"{n}"))], [90]))
                : scene.Write($"{n:000}.csv", CsvText.File("id,v", ids.Select(i => $"{i},{n}")));
        }
    }

    [Fact]
    public async Task Of_thousands_of_files_none_is_left_open()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "CREATE TABLE t (id int, v int)");
        foreach (var n in Enumerable.Range(0, 1_500)) scene.Write($"{n:0000}.csv", $"id,v\n{n},1\n");

        var result = await scene.LoadedAsync(LoadScene.Append(Path.Combine(scene.Folder, "*.csv")));

        Assert.Equal(1_500, result.Files.Count);
        Assert.Single(result.Plan, line => line.EndsWith("; 1499 more files are like it", StringComparison.Ordinal));
        Assert.Equal("1500|1500", (await scene.Database.RowsAsync("SELECT count(*), count(DISTINCT id) FROM t"))[0]);
        Assert.Equal(1_500, await scene.Database.ScalarAsync<long>("SELECT count(*) FROM ingest.manifest WHERE status = 'success' AND rows_read = 1"));
    }

    /// <summary>Keys of a file do not repeat within it, but often in other files; some values are refused here, some by the server.</summary>
    private static IEnumerable<string> Records(Random random)
    {
        var keys = Enumerable.Range(0, 500).OrderBy(_ => random.Next()).Take(random.Next(0, 60)).ToList();
        return keys.Select(key => random.Next(40) == 0 ? $"{key},nothing,w" : random.Next(40) == 0 ? $"{key},13,w" : Good(key, random.Next(7)));

        static string Good(int key, int value) => $"{key},{value},w{value}";
    }
}
