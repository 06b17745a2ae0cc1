using Ingest.Lanes;
using Ingest.Testing;

namespace Ingest.Tests.Loading;

/// <summary>There is a stage where rows are staged, of the layout of those rows, and none where they are not.</summary>
public sealed class StageTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    /// <summary>Every row tells whether its lane had a stage when it came.</summary>
    private const string Ddl = """
        CREATE TABLE t (id int PRIMARY KEY, a int CHECK (a >= 0), b text CHECK (b <> 'bad'),
          staged bool DEFAULT (to_regclass('pg_temp.ingest_stage') IS NOT NULL))
        """;

    [Theory]
    [InlineData(LoadMode.Append)]
    [InlineData(LoadMode.Upsert)]
    public async Task Rows_that_go_straight_into_the_target_make_no_stage(LoadMode mode)
    {
        await using var scene = await LoadScene.CreateAsync(postgres, Ddl);
        var file = scene.Write("a.csv", "id,a\n" + string.Concat(Enumerable.Range(0, 500).Select(i => $"{i},{i}\n")));
        await scene.LoadedAsync(LoadScene.Job(file) with { Mode = mode, ChunkSize = 50 });
        Assert.Equal(["False|500"], await StagedAsync(scene));
    }

    [Fact]
    public async Task Keys_that_are_there_are_staged()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, Ddl + "; INSERT INTO t (id, staged) VALUES (0, NULL)");
        await scene.LoadedAsync(LoadScene.Job(scene.Write("a.csv", "id,a\n0,7\n1,1\n")) with { Concurrency = 1 });
        Assert.Equal(["0|7|∅|∅", "1|1|∅|True"], await scene.RowsAsync());
    }

    [Fact]
    public async Task A_refused_batch_is_staged_in_the_layout_of_its_own_file()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, Ddl);
        string[] files =
        [
            scene.Write("1.csv", "id,a\n1,1\n2,2\n"),
            scene.Write("2.csv", "id,b\n3,x\n4,bad\n5,y\n"),
            scene.Write("3.csv", "id,a\n6,6\n7,-7\n8,8\n"),
            scene.Write("4.csv", "b,id\nz,9\nbad,10\n"),
        ];
        await scene.RejectedAsync(LoadScene.Append(files) with { Concurrency = 1, MaxRejects = new(9, null) }, 3);
        Assert.Equal(
            ["1|1|∅|False", "2|2|∅|False", "3|∅|x|True", "5|∅|y|True", "6|6|∅|True", "8|8|∅|True", "9|∅|z|True"],
            await scene.RowsAsync());
    }

    private static Task<IReadOnlyList<string>> StagedAsync(LoadScene scene) =>
        scene.Database.RowsAsync("SELECT staged, count(*) FROM t GROUP BY staged ORDER BY staged");
}
