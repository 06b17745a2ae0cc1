using System.Security.Cryptography;
using Ingest.Formats.Parquet;
using Ingest.Manifest;
using Ingest.Parquet.Metadata;
using Ingest.Sources;
using Ingest.Testing;
using Ingest.Tests.Formats.Parquet;

namespace Ingest.Tests.Loading;

/// <summary>Small Parquet files are read ahead and share transactions like those of CSV; what becomes of each is what becomes of it alone.</summary>
public sealed class SmallParquetFilesTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const string Table = "CREATE TABLE t (id int PRIMARY KEY, v int CHECK (v <> 13))";

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Files_together_end_as_files_one_by_one(int seed)
    {
        var random = new Random(seed);
        await using var together = await LoadScene.CreateAsync(postgres, Table);
        await using var alone = await LoadScene.CreateAsync(postgres, Table);
        // Two orders of the columns in turns, and stretches of the same: what is decided of one must not be taken for the other.
        var paths = Enumerable.Range(0, 9).Select(n => together.WriteBytes(
            $"{n:00}.parquet", ParquetRows.File(Rows(random), [random.Next(1, 40)], random.Next(1, 40), isTextFirst: n % 7 is 2 or 4 or 5))).ToArray();
        var job = LoadScene.Job(paths) with { MaxRejects = new(null, 100), Concurrency = random.Next(1, 4), ChunkSize = random.Next(20, 700) };

        var result = await together.LoadAsync(job);
        var counts = new List<LoadCounts>();
        foreach (var path in paths) counts.Add((await alone.LoadAsync(job with { Files = [path], Concurrency = 1 })).Total);

        Assert.Equal(await alone.RowsAsync(), await together.RowsAsync());
        Assert.Equal(counts, result.Files.Select(f => f.Counts));
        const string rejects = "SELECT regexp_replace(file_name, '.*/', ''), record, line, column_name, code, message, raw FROM ingest.rejects ORDER BY 1, 2";
        Assert.Equal(await alone.Database.RowsAsync(rejects), await together.Database.RowsAsync(rejects));
        Assert.Equal(
            paths.Select(p => System.Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(p)))),
            await together.Database.RowsAsync("SELECT encode(checksum, 'hex') FROM ingest.manifest ORDER BY file_name"));
        // A transaction writes the watermarks of all its files.
        Assert.InRange(await together.Database.ScalarAsync<long>("SELECT count(DISTINCT xmin::text) FROM ingest.watermarks"), 1, paths.Length - 1);
    }

    [Fact]
    public async Task A_damaged_file_fails_alone_and_those_after_it_wait_for_the_resume()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "CREATE TABLE t (id int, v int)");
        var files = Enumerable.Range(0, 12).Select(n => ParquetRows.File([.. Enumerable.Range(n * 10, 10).Select(i => ((long)i, (string?)"1"))], [4])).ToArray();
        var paths = files.Select((bytes, n) => scene.WriteBytes($"{n:00}.parquet", bytes)).ToArray();
        var damaged = files[7].ToArray();
        // In the last of its row groups: the checksum of the page no longer matches.
        damaged[damaged.AsSpan().IndexOf(BitConverter.GetBytes(79L))] ^= 1;
        scene.WriteBytes("07.parquet", damaged);
        var job = LoadScene.Append(paths) with { Concurrency = 2 };

        var failed = await scene.LoadAsync(job);
        scene.WriteBytes("07.parquet", files[7]);
        var resumed = await scene.LoadAsync(job with { Resume = true });

        Assert.Equal(ExitCode.FileFailed, failed.ExitCode);
        Assert.All(failed.Files.Take(7), f => Assert.Equal((FileStatus.Success, null), (f.Status, f.Error)));
        Assert.NotNull(failed.Files[7].Error);
        Assert.All(failed.Files.Skip(8), f => Assert.NotEqual(FileStatus.Success, f.Status));
        Assert.Equal(ExitCode.Success, resumed.ExitCode);
        Assert.Equal("120|120", (await scene.Database.RowsAsync("SELECT count(*), count(DISTINCT id) FROM t"))[0]);
    }

    [Fact]
    public async Task A_small_file_that_unpacks_large_is_read_in_its_turn()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "CREATE TABLE t (id int, s text)");
        var ids = ParquetColumns.Int32("id", [.. Enumerable.Range(0, 4000)]);
        var texts = ParquetColumns.Text("s", [.. Enumerable.Repeat(new string('x', 10_000), 4000)]) with { Encoding = PageEncoding.RleDictionary };
        var repeated = scene.WriteBytes("r.parquet", ParquetColumns.File(ids, texts));
        var small = scene.WriteBytes("s.parquet", ParquetColumns.File(ParquetColumns.Int32("id", 4000), ParquetColumns.Text("s", "y")));
        var many = Enumerable.Repeat(new string('x', 1 << 20), 10).ToArray();
        var large = scene.WriteBytes("l.parquet", ParquetColumns.File(ParquetColumns.Int32("id", [.. Enumerable.Range(4001, 10)]), ParquetColumns.Text("s", many)));

        await scene.LoadedAsync(LoadScene.Append(small, repeated, large));

        Assert.Equal("4011|8042055|4000", (await scene.Database.RowsAsync("SELECT count(*), sum(id)::bigint, count(*) FILTER (WHERE length(s) = 10000) FROM t"))[0]);
        Assert.True(ParquetProbe.Open(SourceFile.Local(repeated)).IsOneSlice);
        Assert.False(ParquetProbe.Open(SourceFile.Local(large)).IsOneSlice);
    }

    /// <summary>Keys of a file do not repeat within it, but often in other files; some values are refused here, some by the server.</summary>
    private static List<(long Id, string? Text)> Rows(Random random)
    {
        var keys = Enumerable.Range(0, 500).OrderBy(_ => random.Next()).Take(random.Next(0, 60)).ToList();
        return [.. keys.Select(key => ((long)key, random.Next(40) == 0 ? "nothing" : random.Next(40) == 0 ? "13" : random.Next(9) == 0 ? null : $"{random.Next(7)}"))];
    }
}
