using Ingest.Lanes;
using Ingest.Manifest;
using Ingest.Plan;
using Ingest.Testing;
using Npgsql;

namespace Ingest.Tests.Loading;

/// <summary>A load that was interrupted and started again ends as one that was not.</summary>
public sealed class ResumeTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const int Records = 30_000;

    /// <summary>Large enough for several blocks, so that a resume begins in the middle of the file.</summary>
    private static string Content { get; } = CsvText.File(
        "id,v", Enumerable.Range(0, Records).Select(i => $"{i * 7919L % 25_000},{i} {new string((char)('a' + (i % 26)), 120)}"));

    [Fact]
    public async Task A_resume_ends_what_a_dead_network_left_of_the_lanes_before_it()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "CREATE TABLE t (id int)");
        var path = scene.Write("r.csv", CsvText.File("id", Enumerable.Range(0, 1_000).Select(i => i == 900 ? "bad" : $"{i}")));
        var job = LoadScene.Append(path) with { ChunkSize = 100, Concurrency = 1, LockTimeout = 2, MaxRetries = 0 };
        var failed = await scene.LoadAsync(job);
        var settings = new NpgsqlConnectionStringBuilder(scene.Database.ConnectionString) { ApplicationName = $"ingest {failed.RunId:N} lane 0", Pooling = false };
        await using var lane = new NpgsqlConnection(settings.ConnectionString);
        await lane.OpenAsync();
        await using (var hold = new NpgsqlCommand("BEGIN; LOCK TABLE t IN EXCLUSIVE MODE", lane)) await hold.ExecuteNonQueryAsync();

        var resumed = await scene.LoadAsync(job with { Resume = true, MaxRejects = new(1, null) });

        Assert.Equal(FileStatus.Partial, failed.Files[0].Status);
        Assert.Equal(ExitCode.LoadedWithRejects, resumed.ExitCode);
        Assert.Equal(999, await scene.Database.ScalarAsync<long>("SELECT count(DISTINCT id) FROM t"));
    }

    [Theory]
    [InlineData(1, false, false)]
    [InlineData(2, false, false)]
    [InlineData(3, false, true)]
    [InlineData(4, true, false)]
    [InlineData(5, true, false)]
    [InlineData(6, true, true)]
    public async Task Interruptions_at_any_moment_change_nothing_in_the_end(int seed, bool isUpsert, bool isGzip)
    {
        await using var scene = await LoadScene.CreateAsync(postgres, $"""
            CREATE TABLE t (id int {(isUpsert ? "PRIMARY KEY" : "")}, v text); CREATE TABLE writes (id int, v text);
            CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO writes VALUES (NEW.id, NEW.v); RETURN NULL; END';
            CREATE TRIGGER note AFTER INSERT OR UPDATE ON t FOR EACH ROW EXECUTE FUNCTION note();
            """);
        var path = isGzip
            ? scene.WriteBytes("r.csv.gz", Sources.StoredBytes.Gzip(System.Text.Encoding.UTF8.GetBytes(Content)))
            : scene.Write("r.csv", Content);
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
        Assert.Equal(ExitCode.Success, result.ExitCode);
        Assert.Equal([$"success|{Records}"], await scene.Database.RowsAsync("SELECT status, rows_read FROM ingest.manifest WHERE rows_read > 0"));
        var expected = isUpsert ? "25000 25000" : "30000 30000";
        Assert.Equal(expected, await scene.Database.ScalarAsync<string>("SELECT count(*) || ' ' || count(DISTINCT (id, v)) FROM t"));
        if (isUpsert)
        {
            // The last record of each key stands, and nothing was written twice.
            Assert.Equal(0, await scene.Database.ScalarAsync<long>(
                $"SELECT count(*) FROM generate_series(0, {Records - 1}) i LEFT JOIN t ON t.id = i * 7919::bigint % 25000 "
                + $"WHERE i >= {Records - 25_000} AND split_part(t.v, ' ', 1) IS DISTINCT FROM i::text"));
        }
        Assert.Equal(0, await scene.Database.ScalarAsync<long>("SELECT count(*) FROM (SELECT id, v FROM writes GROUP BY id, v HAVING count(*) > 1) d"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_changed_prefix_is_refused_until_a_restart_is_asked_for(bool isUpsert)
    {
        await using var scene = await LoadScene.CreateAsync(postgres, $"CREATE TABLE t (id int {(isUpsert ? "PRIMARY KEY" : "")}, v text)");
        var job = await PartlyLoadedAsync(scene, isUpsert);
        var before = await scene.Database.ScalarAsync<long>("SELECT count(*) FROM t");
        File.WriteAllText(job.Files[0], "id,v\n9" + File.ReadAllText(job.Files[0])[6..].Replace("bad", "1"));

        var refused = await scene.LoadAsync(job with { Resume = true });

        Assert.Equal((ExitCode.FileFailed, "file_changed"), (refused.ExitCode, refused.Error?.Code));
        Assert.Equal(before, await scene.Database.ScalarAsync<long>("SELECT count(*) FROM t"));
        var restarted = await scene.LoadAsync(job with { Restart = true });
        Assert.True(restarted.ExitCode == ExitCode.Success, restarted.Error?.Message);
        Assert.Equal(Records, restarted.Total.Read);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task An_edit_close_before_the_watermark_is_refused(int lanes)
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "CREATE TABLE t (id int, v text)");
        var lines = Enumerable.Range(1, 30).Select(i => i == 16 ? "bad,16" : $"{i},{i}").ToList();
        var job = LoadScene.Job(scene.Write("few.csv", CsvText.File("id,v", lines))) with { Mode = LoadMode.Append, ChunkSize = 3, Concurrency = lanes };
        var failed = await scene.LoadAsync(job);
        Assert.Equal("reject_limit", failed.Error?.Code);
        var before = await scene.Database.ScalarAsync<long>("SELECT count(*) FROM t");
        Assert.True(before > 0, "nothing was committed before the bad record");

        var third = lines[2];
        lines.RemoveAt(2);
        scene.Write("few.csv", CsvText.File("id,v", lines));
        var refused = await scene.LoadAsync(job with { Resume = true });
        Assert.Equal("file_changed", refused.Error?.Code);
        Assert.Equal(before, await scene.Database.ScalarAsync<long>("SELECT count(*) FROM t"));

        lines.Insert(2, third);
        scene.Write("few.csv", CsvText.File("id,v", lines));
        var resumed = await scene.LoadAsync(job with { Resume = true, MaxRejects = new(1, null) });
        Assert.True(resumed.ExitCode == ExitCode.LoadedWithRejects, resumed.Error?.Message);
        Assert.Equal(29, await scene.Database.ScalarAsync<long>("SELECT count(DISTINCT id) FROM t"));
        Assert.Equal(29, await scene.Database.ScalarAsync<long>("SELECT count(*) FROM t"));
    }

    [Fact]
    public async Task Other_options_are_refused_with_their_difference()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "CREATE TABLE t (id int, v text)");
        var job = await PartlyLoadedAsync(scene, isUpsert: false);

        var result = await scene.LoadAsync(job with { Resume = true, Csv = new() { Null = "NULL" } });

        Assert.Equal((ExitCode.BadPlan, "options_changed"), (result.ExitCode, result.Error?.Code));
        Assert.Contains("null=NULL", result.Error!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_interrupted_append_is_not_begun_anew_unasked()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "CREATE TABLE t (id int, v text)");
        var job = await PartlyLoadedAsync(scene, isUpsert: false);

        Assert.Equal("interrupted_before", await scene.RefusedByRunAsync(job));
    }

    [Theory]
    [InlineData(OnDuplicate.First)]
    [InlineData(OnDuplicate.Reject)]
    public async Task Keys_that_an_interrupted_run_has_met_are_remembered(OnDuplicate policy)
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "CREATE TABLE t (id int PRIMARY KEY, v text)");
        var records = Enumerable.Range(0, 60).Select(i => $"{i % 20},{i}").Append("bad,0").Concat(Enumerable.Range(0, 20).Select(i => $"{i},last"));
        var job = LoadScene.Job(scene.Write("k.csv", CsvText.File("id,v", records))) with
        {
            OnDuplicate = policy, ChunkSize = 8, Concurrency = 2, MaxRejects = new(policy == OnDuplicate.Reject ? 40 : 0, null),
        };

        var failed = await scene.LoadAsync(job);
        var resumed = await scene.LoadAsync(job with { Resume = true, MaxRejects = new(100, null) });

        Assert.Equal(ExitCode.FileFailed, failed.ExitCode);
        Assert.Equal(ExitCode.LoadedWithRejects, resumed.ExitCode);
        Assert.Equal(Enumerable.Range(0, 20).Select(i => $"{i}|{i}"), await scene.RowsAsync());
        Assert.Equal(policy == OnDuplicate.Reject ? 61 : 1, resumed.Total.Rejected);
    }

    private static async Task<LoadJob> PartlyLoadedAsync(LoadScene scene, bool isUpsert)
    {
        var path = scene.Write("p.csv", Content.Replace("24000,", "bad,", StringComparison.Ordinal));
        var job = (isUpsert ? LoadScene.Job(path) : LoadScene.Append(path)) with { ChunkSize = 500, Concurrency = 1 };
        var failed = await scene.LoadAsync(job);
        Assert.Equal((ExitCode.FileFailed, FileStatus.Partial), (failed.ExitCode, failed.Files[0].Status));
        return job;
    }
}
