using System.Diagnostics;
using Ingest.Lanes;
using Ingest.Plan;
using Ingest.Testing;

namespace Ingest.Tests.Loading;

/// <summary>While the server takes every row, batches grow beyond what a lane keeps of them; where one fails, it is read again.</summary>
public sealed class LongBatchTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const int Records = 40_000;
    private const string Table = "CREATE TABLE t (id int, v text CHECK (v <> 'refused'))";
    private const string Keyed = "CREATE TABLE t (id int PRIMARY KEY, v text CHECK (v <> 'refused'))";

    /// <summary>More than a file that shares its batches with others.</summary>
    private static readonly string Filler = new('x', 30);

    [Fact]
    public async Task Rows_that_the_server_takes_share_longer_and_longer_transactions()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, Table);

        await scene.LoadedAsync(Job(scene, Lines()));

        Assert.Equal(Records, await scene.Database.ScalarAsync<long>("SELECT count(DISTINCT id) FROM t"));
        // 40 batches for each of two lanes, of which the server sees 1, 4, 16 and the rest.
        Assert.InRange(await scene.Database.ScalarAsync<long>("SELECT count(DISTINCT xmin::text) FROM t"), 6, 12);
    }

    [SkippableFact]
    public async Task Rows_of_a_pipe_are_kept_until_they_are_committed()
    {
        Skip.IfNot(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "FIFOs are Unix's");
        await using var scene = await LoadScene.CreateAsync(postgres, Table);
        var lines = Lines();
        lines[39_990] = "39990,refused";
        var pipe = Path.Combine(scene.Folder, "pipe.csv");
        using (var made = Process.Start("mkfifo", [pipe])) await made.WaitForExitAsync();
        var writer = Task.Run(() => File.WriteAllText(pipe, CsvText.File("id,v", lines)));

        await scene.RejectedAsync(LoadScene.Append(pipe) with { ChunkSize = 500, MaxRejects = new(1, null) }, 1);

        await writer;
        Assert.Equal(["39991|39992|23514|39990,refused"], await scene.RejectsAsync());
        Assert.Equal(Records - 1, await scene.Database.ScalarAsync<long>("SELECT count(DISTINCT id) FROM t"));
    }

    [Theory]
    [InlineData(LoadMode.Append)]
    [InlineData(LoadMode.Upsert)]
    [InlineData(LoadMode.InsertIgnore)]
    [InlineData(LoadMode.Replace)]
    public async Task A_row_that_the_server_refuses_late_is_a_reject_and_no_other_is_lost_or_doubled(LoadMode mode)
    {
        await using var scene = await LoadScene.CreateAsync(postgres, mode == LoadMode.Append ? Table : Keyed);
        var lines = Lines();
        lines[29_999] = "29999,refused";
        lines[39_990] = "39990,refused";

        await scene.RejectedAsync(Job(scene, lines) with { Mode = mode }, 2);

        Assert.Equal(["30000|30001|23514|29999,refused", "39991|39992|23514|39990,refused"], await scene.RejectsAsync());
        Assert.Equal(Records - 2, await scene.Database.ScalarAsync<long>("SELECT count(*) FROM t"));
        Assert.Equal(Records - 2, await scene.Database.ScalarAsync<long>("SELECT count(DISTINCT id) FROM t"));
    }

    [Fact]
    public async Task The_last_record_of_a_key_stands_also_where_it_is_in_a_long_batch()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, Keyed);
        var lines = Lines();
        lines[35_000] = "20,later";
        lines[39_000] = "38999,later";

        var result = await scene.LoadedAsync(Job(scene, lines) with { Mode = LoadMode.Upsert });

        Assert.Equal(Records - 2, await scene.CountAsync(LoadScene.Job().Table));
        Assert.Equal(["20|later", "38999|later"], await scene.Database.RowsAsync("SELECT * FROM t WHERE v = 'later' ORDER BY id"));
        Assert.Equal(Records, result.Total.Read);
    }

    [Fact]
    public async Task Records_that_do_not_convert_are_rejects_with_their_text_though_their_rows_are_gone()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, Table);
        var lines = Lines();
        int[] bad = [.. Enumerable.Range(0, Records).Where(i => i % 1000 == 999)];
        foreach (var i in bad) lines[i] = $"no number {i},{Filler}";

        await scene.RejectedAsync(Job(scene, lines) with { MaxRejects = new(bad.Length, null) }, bad.Length);

        Assert.Equal(bad.Select(i => $"{i + 1}|{i + 2}|22P02|{lines[i]}"), await scene.RejectsAsync());
        Assert.Equal(Records - bad.Length, await scene.Database.ScalarAsync<long>("SELECT count(DISTINCT id) FROM t"));
    }

    [Fact]
    public async Task A_load_that_is_interrupted_in_a_long_batch_is_resumed()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, Table);
        var job = Job(scene, Lines());

        await scene.InterruptAsync(job, committed: 3000);
        await scene.LoadedAsync(job with { Resume = true });

        Assert.Equal(Records, await scene.CountAsync(job.Table));
        Assert.Equal(Records, await scene.Database.ScalarAsync<long>("SELECT count(DISTINCT id) FROM t"));
    }

    [Fact]
    public async Task A_refusal_in_a_later_file_reads_none_before_it_again()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "CREATE TABLE t (id int, v text CHECK (v <> 'refused'))");
        var (first, second) = (Lines(), Lines(Records));
        second[35_000] = "75000,refused";
        var job = Job(scene, first) with { MaxRejects = new(1, null) };
        scene.Write("later.csv", CsvText.File("id,v", second));

        await scene.RejectedAsync(job with { Files = [.. job.Files, Path.Combine(scene.Folder, "later.csv")] }, 1);

        Assert.Equal((2 * Records) - 1, await scene.CountAsync(job.Table));
        Assert.Equal((2 * Records) - 1, await scene.Database.ScalarAsync<long>("SELECT count(DISTINCT id) FROM t"));
        Assert.Equal([$"35001|35002|23514|75000,refused"], await scene.RejectsAsync());
    }

    [Fact]
    public async Task More_rejects_than_are_allowed_end_a_load_also_in_a_long_batch()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, Table);
        var lines = Lines();
        for (var i = 30_000; i < 30_100; i++) lines[i] = $"no number {i},{Filler}";
        var job = Job(scene, lines) with { MaxRejects = new(50, null) };

        var result = await scene.LoadAsync(job);
        await scene.RejectedAsync(job with { Resume = true, MaxRejects = new(100, null) }, 100);

        Assert.IsType<RejectLimitException>(result.Error);
        Assert.Equal(Records - 100, await scene.Database.ScalarAsync<long>("SELECT count(DISTINCT id) FROM t"));
        Assert.Equal(Records - 100, await scene.CountAsync(job.Table));
    }

    [Fact]
    public async Task A_later_file_with_the_same_keys_is_merged()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, Keyed);
        var job = Job(scene, Lines()) with { Mode = LoadMode.Upsert };
        scene.Write("later.csv", CsvText.File("id,v", Lines().Select(line => line.Replace('x', 'y'))));

        var result = await scene.LoadedAsync(job with { Files = [.. job.Files, Path.Combine(scene.Folder, "later.csv")] });

        Assert.Equal((Records, Records), (result.Total.Inserted, result.Total.Updated));
        Assert.Equal(Records, await scene.Database.ScalarAsync<long>("SELECT count(*) FROM t WHERE v LIKE 'yyy%'"));
    }

    private static LoadJob Job(LoadScene scene, string[] lines) =>
        LoadScene.Append(scene.Write("s.csv", CsvText.File("id,v", lines))) with { ChunkSize = 500, MaxRejects = new(2, null) };

    private static string[] Lines(int first = 0) => [.. Enumerable.Range(first, Records).Select(i => $"{i},{Filler}")];
}
