using Ingest.Manifest;
using Ingest.Testing;

namespace Ingest.Tests.Loading;

/// <summary>Files of one run, in their order.</summary>
public sealed class SeveralFilesTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Theory]
    [InlineData(1, 50_000)]
    [InlineData(3, 2)]
    public async Task A_later_file_wins_over_an_earlier_one(int lanes, int chunk)
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "CREATE TABLE t (id int PRIMARY KEY, v int)");
        foreach (var n in Enumerable.Range(0, 12)) scene.Write($"{n:00}.csv", CsvText.File("id,v", Enumerable.Range(n, 5).Select(i => $"{i},{n}")));

        await scene.LoadedAsync(LoadScene.Job(Path.Combine(scene.Folder, "*.csv")) with { Concurrency = lanes, ChunkSize = chunk });

        Assert.Equal(Enumerable.Range(0, 16).Select(i => $"{i}|{Math.Min(i, 11)}"), await scene.RowsAsync());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task A_file_that_fails_stops_the_run_and_a_resume_finishes_it(int lanes)
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "CREATE TABLE t (id int)");
        var paths = Enumerable.Range(0, 3).Select(n => scene.Write($"{n}.csv", CsvText.File("id", Enumerable.Range(n * 10, 10).Select(i => i == 15 ? "bad" : $"{i}")))).ToArray();
        var job = LoadScene.Append(paths) with { Concurrency = lanes, ChunkSize = 3 };

        var failed = await scene.LoadAsync(job);
        var resumed = await scene.LoadAsync(job with { Resume = true, MaxRejects = new(1, null) });

        Assert.Equal(ExitCode.FileFailed, failed.ExitCode);
        // A lane that has nothing to do may be stopped before it has said so; a single lane has finished the first file.
        if (lanes == 1) Assert.Equal((FileStatus.Success, null), (failed.Files[0].Status, failed.Files[0].Error));
        Assert.NotEqual(FileStatus.Success, failed.Files[2].Status);
        Assert.NotNull(failed.Files[1].Error);
        Assert.Equal(ExitCode.LoadedWithRejects, resumed.ExitCode);
        if (lanes == 1) Assert.Equal(FileStatus.AlreadyLoaded, resumed.Files[0].Status);
        Assert.Equal(Enumerable.Range(0, 30).Where(i => i != 15).Select(i => $"{i}").Order(StringComparer.Ordinal), (await scene.RowsAsync()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_source_that_breaks_off_leaves_the_files_before_it_loaded()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "CREATE TABLE t (id int)");
        var good = scene.Write("1.csv", CsvText.File("id", Enumerable.Range(0, 10).Select(i => $"{i}")));
        var whole = Sources.StoredBytes.Gzip(System.Text.Encoding.UTF8.GetBytes(CsvText.File("id", Enumerable.Range(10, 400_000).Select(i => $"{i}"))));
        var cut = scene.WriteBytes("2.csv.gz", whole[..(whole.Length * 2 / 3)]);
        var job = LoadScene.Append(good, cut) with { ChunkSize = 20_000 };

        var failed = await scene.LoadAsync(job);
        File.WriteAllBytes(cut, whole);
        var resumed = await scene.LoadAsync(job with { Resume = true });

        Assert.Equal((ExitCode.FileFailed, "truncated"), (failed.ExitCode, failed.Error?.Code));
        Assert.Equal((FileStatus.Success, FileStatus.Partial), (failed.Files[0].Status, failed.Files[1].Status));
        Assert.Equal(ExitCode.Success, resumed.ExitCode);
        Assert.Equal("400010 400010 400009", await scene.Database.ScalarAsync<string>("SELECT count(*) || ' ' || count(DISTINCT id) || ' ' || max(id) FROM t"));
    }

    [Fact]
    public async Task Files_of_different_layouts_load_in_one_run()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "CREATE TABLE t (id int PRIMARY KEY, a text, b text)");

        await scene.LoadedAsync(LoadScene.Job(
            scene.Write("1.csv", "id,a\n1,x\n2,y\n"), scene.Write("2.csv", "b;id\np;2\nq;3\n"), scene.Write("3.csv", "id,a\n3,z\n")));

        Assert.Equal(["1|x|∅", "2|y|p", "3|z|q"], await scene.RowsAsync());
    }
}
