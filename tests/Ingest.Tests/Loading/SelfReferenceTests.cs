using Ingest.Lanes;
using Ingest.Testing;

namespace Ingest.Tests.Loading;

/// <summary>Tables whose rows refer to others of the same table.</summary>
public sealed class SelfReferenceTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const string Tree = "CREATE TABLE t (id int PRIMARY KEY, parent int REFERENCES t, n int CHECK (n > 0));";

    [Theory]
    [InlineData(LoadMode.Append)]
    [InlineData(LoadMode.Upsert)]
    [InlineData(LoadMode.Replace)]
    public async Task Rows_that_refer_to_others_of_their_table_go_through_one_lane(LoadMode mode)
    {
        await using var scene = await LoadScene.CreateAsync(postgres, Tree);
        var path = scene.Write("chain.csv", CsvText.File("id,parent,n", Enumerable.Range(1, 300).Select(i => $"{i},{(i == 1 ? "" : $"{i - 1}")},1")));

        var result = await scene.LoadedAsync(LoadScene.Job(path) with { Mode = mode, Concurrency = 4, ChunkSize = 10 });

        Assert.Contains(result.Plan, note => note.StartsWith("one lane: rows may refer to others of the table", StringComparison.Ordinal));
        Assert.Equal(300, result.Total.Inserted);
    }

    [Fact]
    public async Task A_partitioned_table_that_refers_to_itself_is_loaded_by_one_lane_and_replaced()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, """
            CREATE TABLE t (id int PRIMARY KEY, parent int REFERENCES t) PARTITION BY RANGE (id);
            CREATE TABLE low PARTITION OF t FOR VALUES FROM (0) TO (10); CREATE TABLE high PARTITION OF t FOR VALUES FROM (10) TO (20);
            INSERT INTO t VALUES (5, NULL);
            """);
        var path = scene.Write("p.csv", "id,parent\n12,1\n1,\n2,12\n3,5\n");

        var result = await scene.RejectedAsync(LoadScene.Job(path) with { Mode = LoadMode.Replace, MaxRejects = new(1, null) }, 1);

        Assert.Contains(result.Plan, note => note.StartsWith("one lane", StringComparison.Ordinal));
        Assert.Equal(["4|5|23503|3,5"], await scene.RejectsAsync());
        Assert.Equal(["1|∅", "2|12", "12|1"], await scene.RowsAsync());
    }

    [Fact]
    public async Task A_replacement_refers_to_its_own_rows()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, $"{Tree} INSERT INTO t VALUES (1, NULL, 1), (2, 1, 1)");
        var job = LoadScene.Job(scene.Write("r.csv", "id,parent,n\n4,3,1\n3,,1\n5,1,1\n2,3,1\n")) with { Mode = LoadMode.Replace, MaxRejects = new(1, null) };

        await scene.RejectedAsync(job, 1);

        Assert.Equal(["2|3|1", "3|∅|1", "4|3|1"], await scene.RowsAsync());
        Assert.Equal(["3|4|23503|5,1,1"], await scene.RejectsAsync());
        Assert.Equal(["parent"], await scene.Database.RowsAsync("SELECT column_name FROM ingest.rejects"));
    }

    [Theory]
    [InlineData(LoadMode.Append)]
    [InlineData(LoadMode.Upsert)]
    [InlineData(LoadMode.Replace)]
    public async Task A_bad_row_does_not_cost_rows_that_come_before_the_row_they_refer_to(LoadMode mode)
    {
        await using var scene = await LoadScene.CreateAsync(postgres, Tree);
        var path = scene.Write("b.csv", "id,parent,n\n1,10,1\n2,10,1\n3,11,1\n4,3,1\n5,2,1\n10,,1\n11,,-1\n");

        await scene.RejectedAsync(LoadScene.Job(path) with { Mode = mode, MaxRejects = new(9, null) }, 3);

        Assert.Equal(["1|10|1", "2|10|1", "5|2|1", "10|∅|1"], await scene.RowsAsync());
        Assert.Equal(["3|4|23503|3,11,1", "4|5|23503|4,3,1", "7|8|23514|11,,-1"], await scene.RejectsAsync());
    }

    [Fact]
    public async Task Small_files_that_share_a_transaction_refer_to_each_other()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, Tree);
        var files = new[] { scene.Write("1.csv", "id,parent,n\n1,10,1\n2,20,1\n"), scene.Write("2.csv", "id,parent,n\n10,,1\n11,,-1\n") };

        var result = await scene.RejectedAsync(LoadScene.Job(files) with { MaxRejects = new(9, null) }, 2);

        Assert.Equal(["1|10|1", "10|∅|1"], await scene.RowsAsync());
        Assert.Equal([1L, 1L], result.Files.Select(f => f.Counts.Rejected));
    }
}
