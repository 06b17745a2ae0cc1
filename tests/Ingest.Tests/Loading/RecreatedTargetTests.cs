using Ingest.Lanes;
using Ingest.Testing;

namespace Ingest.Tests.Loading;

/// <summary>A target that was dropped and created again is another table: what the manifest knows of the old one is not in it.</summary>
public sealed class RecreatedTargetTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const string Table = "CREATE TABLE t (id int PRIMARY KEY, v text)";

    /// <summary>The record in the middle fails, after what is before it was committed.</summary>
    private static string Broken { get; } = CsvText.File("id,v", Enumerable.Range(0, 5000).Select(i => i == 3000 ? "x,y" : $"{i},{i}"));

    [Theory]
    [InlineData(LoadMode.Append)]
    [InlineData(LoadMode.Upsert)]
    [InlineData(LoadMode.InsertIgnore)]
    public async Task A_resume_into_it_is_refused_and_a_restart_loads_all(LoadMode mode)
    {
        await using var scene = await LoadScene.CreateAsync(postgres, Table);
        var job = LoadScene.Job(scene.Write("a.csv", Broken)) with { Mode = mode, ChunkSize = 500, Concurrency = 1 };
        var failed = await scene.LoadAsync(job);
        Assert.InRange(failed.Total.Read, 1, 4999);
        await scene.Database.ExecuteAsync("DROP TABLE t; " + Table);

        var refused = await scene.LoadAsync(job with { Resume = true, MaxRejects = new(1, null) });
        Assert.Equal(("target_replaced", ExitCode.BadPlan), (refused.Error?.Code, refused.ExitCode));
        Assert.Contains("--restart", refused.Error!.Message);
        Assert.Equal(0, await scene.CountAsync(job.Table));

        await scene.RejectedAsync(job with { Restart = true, MaxRejects = new(1, null) }, 1);
        Assert.Equal(4999, await scene.CountAsync(job.Table));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_file_that_the_old_one_held_is_not_skipped(bool resume)
    {
        await using var scene = await LoadScene.CreateAsync(postgres, Table);
        var job = LoadScene.Append(scene.Write("a.csv", "id,v\n1,a\n"));
        await scene.LoadedAsync(job);
        await scene.Database.ExecuteAsync("DROP TABLE t; " + Table);

        Assert.Equal("target_replaced", await scene.RefusedByRunAsync(job with { Resume = resume }));
        await scene.LoadedAsync(job with { Restart = true });
        Assert.Equal(["1|a"], await scene.RowsAsync());
    }

    [Fact]
    public async Task A_replacement_is_done_again()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, Table);
        var job = LoadScene.Job(scene.Write("a.csv", "id,v\n1,a\n")) with { Mode = LoadMode.Replace };
        await scene.LoadedAsync(job);
        await scene.Database.ExecuteAsync("DROP TABLE t; " + Table);

        await scene.LoadedAsync(job with { Resume = true });

        Assert.Equal(["1|a"], await scene.RowsAsync());
    }

    [Theory]
    [InlineData("VACUUM FULL t")]
    [InlineData("ALTER TABLE t RENAME TO u; ALTER TABLE u RENAME TO t")]
    [InlineData("ALTER TABLE t ADD COLUMN w text DEFAULT random()::text")]
    public async Task What_keeps_the_rows_keeps_the_table(string change)
    {
        await using var scene = await LoadScene.CreateAsync(postgres, Table);
        var job = LoadScene.Append(scene.Write("a.csv", Broken)) with { ChunkSize = 500, Concurrency = 1 };
        await scene.LoadAsync(job);
        await scene.Database.ExecuteAsync(change);

        await scene.RejectedAsync(job with { Resume = true, MaxRejects = new(1, null) }, 1);

        Assert.Equal(4999, await scene.CountAsync(job.Table));
    }
}
