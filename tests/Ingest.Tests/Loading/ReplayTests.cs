using Ingest.Manifest.Queries;
using Ingest.Plan;
using Ingest.Testing;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Ingest.Tests.Loading;

/// <summary>Corrected rejects are appended once each, because a record's reject is resolved in the transaction that applies it.</summary>
public sealed class ReplayTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const string Open = "SELECT record FROM ingest.rejects WHERE resolved_at IS NULL ORDER BY id";

    [Fact]
    public async Task What_a_replay_that_failed_midway_has_loaded_is_not_loaded_again()
    {
        await using var scene = await RejectedAsync();
        var bad = await ExportAsync(scene, "bad.csv", text => text.Replace("x1,", "1,").Replace("x2,", "2,"));

        var failed = await ReplayAsync(scene, bad);
        Assert.Equal((ExitCode.FileFailed, 1L), (failed.ExitCode, failed.Total.Inserted));
        Assert.Equal(["2", "3"], await scene.Database.RowsAsync(Open));

        var rest = await ExportAsync(scene, "rest.csv", text => text);
        Assert.Equal(3, File.ReadAllLines(rest).Length);
        // The same file, edited before the place where it stopped.
        File.WriteAllText(bad, File.ReadAllText(bad).Replace("1,a", "1,z").Replace("x3,", "3,"));
        var again = await ReplayAsync(scene, bad);
        Assert.Equal((ExitCode.Success, 2L, 1L), (again.ExitCode, again.Total.Inserted, again.Total.Skipped));
        Assert.Equal(["1|a", "2|b", "3|c", "4|d"], await scene.RowsAsync());
        Assert.Empty(await scene.Database.RowsAsync(Open));
    }

    [Fact]
    public async Task A_replay_that_is_repeated_is_not_told_as_new_content()
    {
        await using var scene = await RejectedAsync();
        var bad = await ExportAsync(scene, "bad.csv", Corrected);
        await ReplayAsync(scene, bad);
        var warnings = new LogLines(LogLevel.Warning);

        await new Loader(new NpgsqlConnectionStringBuilder(scene.Database.ConnectionString), warnings).RunAsync(await JobAsync(scene, bad), new(), CancellationToken.None);

        Assert.Empty(warnings);
    }

    [Fact]
    public async Task Of_two_replays_at_once_one_loads_a_record()
    {
        await using var scene = await RejectedAsync();
        var (one, other) = (await ExportAsync(scene, "one.csv", Corrected), await ExportAsync(scene, "other.csv", Corrected));
        var jobs = (await JobAsync(scene, one), await JobAsync(scene, other));

        var first = await scene.LoadAsync(jobs.Item1);
        var second = await scene.LoadAsync(jobs.Item2);

        Assert.Equal(ExitCode.Success, first.ExitCode);
        Assert.Equal("resolved_meanwhile", second.Error?.Code);
        Assert.Equal(["1|a", "2|b", "3|c", "4|d"], await scene.RowsAsync());
    }

    [Fact]
    public async Task A_reject_that_is_corrected_into_several_records_is_resolved_with_the_last()
    {
        await using var scene = await RejectedAsync();
        var bad = await ExportAsync(scene, "bad.csv", text =>
        {
            var lines = text.Split('\n');
            return Corrected(string.Join('\n', lines[0], lines[1], lines[1].Replace(",a,", ",aa,"), ""));
        });

        var replay = await ReplayAsync(scene, bad);
        var again = await ReplayAsync(scene, bad);

        Assert.Equal((2L, 2L), (replay.Total.Inserted, again.Total.Skipped));
        Assert.Equal(["1|a", "1|aa", "4|d"], await scene.RowsAsync("1, 2"));
        Assert.Equal(["2", "3"], await scene.Database.RowsAsync(Open));
    }

    [Fact]
    public async Task Of_a_reject_that_is_corrected_into_several_records_none_is_loaded_twice_after_a_failure()
    {
        await using var scene = await RejectedAsync();
        var bad = await ExportAsync(scene, "bad.csv", text =>
        {
            var lines = text.Replace("x1,", "1,").Replace("x2,", "2,").Split('\n');
            return string.Join('\n', [.. lines[..^1], lines[1].Replace(",a,", ",aa,"), ""]);
        });

        var failed = await ReplayAsync(scene, bad);
        Assert.Equal((ExitCode.FileFailed, 0L), (failed.ExitCode, failed.Total.Inserted));

        File.WriteAllText(bad, Corrected(File.ReadAllText(bad)));
        var again = await ReplayAsync(scene, bad);

        Assert.Equal((ExitCode.Success, 4L), (again.ExitCode, again.Total.Inserted));
        Assert.Equal(["1|a", "1|aa", "2|b", "3|c", "4|d"], await scene.RowsAsync("1, 2"));
        Assert.Empty(await scene.Database.RowsAsync(Open));
    }

    [Fact]
    public async Task Large_records_that_correct_one_reject_are_one_transaction()
    {
        await using var scene = await RejectedAsync();
        // Just over a block each, so that each takes two: the reader must not wait for a commit that waits for it.
        var bad = await ExportAsync(scene, "bad.csv", text =>
        {
            var lines = text.Split('\n');
            var large = Enumerable.Range(0, 28).Select(i => lines[1].Replace("x1,", "1,").Replace(",a,", $",{new string('v', 280_000)}{i},"));
            return string.Join('\n', [lines[0], .. large, lines[2], ""]);
        });

        var failed = await ReplayAsync(scene, bad);
        File.WriteAllText(bad, Corrected(File.ReadAllText(bad)));
        var again = await ReplayAsync(scene, bad);

        Assert.Equal((ExitCode.FileFailed, 0L), (failed.ExitCode, failed.Total.Inserted));
        Assert.Equal((ExitCode.Success, 29L), (again.ExitCode, again.Total.Inserted));
        Assert.Equal(2L, await scene.Database.ScalarAsync<long>("SELECT count(DISTINCT xmin::text) FROM t"));
    }

    [Fact]
    public void A_file_that_one_transaction_would_not_hold_is_refused_where_records_share_a_reject()
    {
        var path = Path.GetTempFileName();
        try
        {
            using (var file = new StreamWriter(path))
            {
                file.Write($"{RejectExport.IdColumn},id,v\n7,1,a\n7,1,b\n");
                for (var i = 8; i < 100; i++) file.Write($"{i},1,{new string('x', 100_000)}\n");
            }

            var refused = Assert.Throws<PlanException>(() => RejectReplay.Open(path));

            Assert.Equal("too_large_to_share", refused.Code);
            Assert.Contains("reject 7", refused.Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public async Task A_file_with_rejects_that_the_manifest_does_not_have_is_refused()
    {
        await using var scene = await RejectedAsync();
        var bad = await ExportAsync(scene, "bad.csv", Corrected);
        await scene.Database.ExecuteAsync("DELETE FROM ingest.rejects WHERE record = 2");

        var refused = await Assert.ThrowsAsync<PlanException>(() => JobAsync(scene, bad));

        Assert.Equal("no_such_reject", refused.Code);
    }

    private static string Corrected(string text) => text.Replace("x1,", "1,").Replace("x2,", "2,").Replace("x3,", "3,");

    private async Task<LoadScene> RejectedAsync()
    {
        var scene = await LoadScene.CreateAsync(postgres, "CREATE TABLE t (id int, v text)");
        await scene.RejectedAsync(LoadScene.Append(scene.Write("a.csv", "id,v\nx1,a\nx2,b\nx3,c\n4,d\n")) with { MaxRejects = new(3, null) }, 3);
        return scene;
    }

    private static async Task<string> ExportAsync(LoadScene scene, string name, Func<string, string> correct)
    {
        await using var reader = await ReaderAsync(scene);
        await using var text = new StringWriter();
        await (await RejectExport.PrepareAsync(reader, new(), default)).WriteAsync(text, default);
        return scene.Write(name, correct(text.ToString()));
    }

    private static Task<ManifestReader> ReaderAsync(LoadScene scene) =>
        ManifestReader.OpenAsync(new NpgsqlConnectionStringBuilder(scene.Database.ConnectionString), "ingest", default);

    private static async Task<LoadJob> JobAsync(LoadScene scene, string file)
    {
        await using var reader = await ReaderAsync(scene);
        return LoadScene.Append(file) with
        {
            ChunkSize = 1,
            Resume = true,
            IgnoredColumnPrefix = RejectExport.Prefix,
            Replay = await RejectReplay.Open(file).PlanAsync(reader, restart: false, default),
        };
    }

    private static async Task<LoadResult> ReplayAsync(LoadScene scene, string file) => await scene.LoadAsync(await JobAsync(scene, file));
}
