using Ingest.Testing;
using Ingest.Tests.Formats.Parquet;

namespace Ingest.Tests.Loading;

/// <summary>A load of a Parquet file that was interrupted and started again ends as one that was not, to the row.</summary>
public sealed class ParquetResumeTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const int Records = 40_000;

    /// <summary>Row groups larger and smaller than a slice, and empty ones.</summary>
    private static readonly int[] Groups = [3000, 0, 12_000, 1, 20_000, 2000, 0, 500];

    private static byte[] Content { get; } =
        ParquetRows.File([.. Enumerable.Range(0, Records).Select(i => (i * 7919L % 25_000, (string?)$"{i} {new string((char)('a' + (i % 26)), 60)}"))], Groups, 700);

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(3, false)]
    [InlineData(4, false)]
    [InlineData(5, true)]
    [InlineData(6, true)]
    public async Task Interruptions_at_any_moment_change_nothing_in_the_end(int seed, bool isUpsert)
    {
        await using var scene = await LoadScene.CreateAsync(postgres, $"""
            CREATE TABLE t (id int {(isUpsert ? "PRIMARY KEY" : "")}, v text); CREATE TABLE writes (id int, v text);
            CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO writes VALUES (NEW.id, NEW.v); RETURN NULL; END';
            CREATE TRIGGER note AFTER INSERT OR UPDATE ON t FOR EACH ROW EXECUTE FUNCTION note();
            """);
        var path = scene.WriteBytes("r.parquet", Content);
        var random = new Random(seed);
        var job = (isUpsert ? LoadScene.Job(path) : LoadScene.Append(path)) with { ChunkSize = 500, Concurrency = 1 + random.Next(3) };

        var interruptions = 0;
        var result = await scene.InterruptAsync(job, random.Next(Records / 4));
        while (result.ExitCode == ExitCode.Interrupted && interruptions++ < 5)
        {
            job = job with { Resume = true, Concurrency = 1 + random.Next(4), ChunkSize = 300 + random.Next(500) };
            result = await scene.InterruptAsync(job, random.Next(Records / 4));
        }
        if (result.ExitCode == ExitCode.Interrupted) result = await scene.LoadAsync(job);

        Assert.True(interruptions > 0);
        Assert.True(result.ExitCode == ExitCode.Success, result.Error?.Message);
        Assert.Equal([$"success|{Records}"], await scene.Database.RowsAsync("SELECT status, rows_read FROM ingest.manifest WHERE rows_read > 0"));
        var expected = isUpsert ? "25000 25000" : $"{Records} {Records}";
        Assert.Equal(expected, await scene.Database.ScalarAsync<string>("SELECT count(*) || ' ' || count(DISTINCT (id, v)) FROM t"));
        if (isUpsert)
        {
            Assert.Equal(0, await scene.Database.ScalarAsync<long>(
                $"SELECT count(*) FROM generate_series(0, {Records - 1}) i LEFT JOIN t ON t.id = i * 7919::bigint % 25000 "
                + $"WHERE i >= {Records - 25_000} AND split_part(t.v, ' ', 1) IS DISTINCT FROM i::text"));
        }
        Assert.Equal(0, await scene.Database.ScalarAsync<long>("SELECT count(*) FROM (SELECT id, v FROM writes GROUP BY id, v HAVING count(*) > 1) d"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task A_changed_byte_before_the_watermark_is_refused_until_a_restart_is_asked_for(int lanes)
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "CREATE TABLE t (id int, v text CHECK (v NOT LIKE '39000 %'))");
        var job = LoadScene.Append(scene.WriteBytes("r.parquet", Content)) with { ChunkSize = 400, Concurrency = lanes };
        var failed = await scene.LoadAsync(job);
        Assert.Equal("reject_limit", failed.Error?.Code);
        var before = await scene.CountAsync(job.Table);
        Assert.True(before > 0, "nothing was committed before the bad record");

        var changed = (byte[])Content.Clone();
        changed[changed.AsSpan().IndexOf("2000 "u8)] ^= 1;
        scene.WriteBytes("r.parquet", changed);
        var refused = await scene.LoadAsync(job with { Resume = true });
        Assert.Equal((ExitCode.FileFailed, "file_changed"), (refused.ExitCode, refused.Error?.Code));
        Assert.Equal(before, await scene.CountAsync(job.Table));

        scene.WriteBytes("r.parquet", Content);
        var resumed = await scene.LoadAsync(job with { Resume = true, MaxRejects = new(1, null) });
        Assert.True(resumed.ExitCode == ExitCode.LoadedWithRejects, resumed.Error?.Message);
        Assert.Equal($"{Records - 1} {Records - 1}", await scene.Database.ScalarAsync<string>("SELECT count(*) || ' ' || count(DISTINCT v) FROM t"));
    }

    [Fact]
    public async Task A_file_with_other_row_groups_is_refused()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "CREATE TABLE t (id int, v text CHECK (v NOT LIKE '39000 %'))");
        var job = LoadScene.Append(scene.WriteBytes("r.parquet", Content)) with { ChunkSize = 400, Concurrency = 2 };
        await scene.LoadAsync(job);

        scene.WriteBytes("r.parquet", ParquetRows.File([(1, "short")], [1]));
        var refused = await scene.LoadAsync(job with { Resume = true });

        Assert.Equal((ExitCode.FileFailed, "file_changed"), (refused.ExitCode, refused.Error?.Code));
    }
}
