using Ingest.Lanes;
using Ingest.Testing;

namespace Ingest.Tests.Loading;

/// <summary>
/// Records of very different lengths: a server puts short rows into the gaps that long ones leave in a table, and what is told
/// of staged rows by their places must still be told of the right records.
/// </summary>
public sealed class StageOrderTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const string Table = "CREATE TABLE t (id int, v int CHECK (v <> 13), w text, UNIQUE (id))";

    private const int Offset = 100;

    private static readonly int[] Lengths = [1, 10, 50, 300, 900, 1500, 7000];

    [Theory]
    [InlineData(LoadMode.Append, 1)]
    [InlineData(LoadMode.Append, 3)]
    [InlineData(LoadMode.Upsert, 1)]
    [InlineData(LoadMode.Upsert, 2)]
    [InlineData(LoadMode.InsertIgnore, 2)]
    [InlineData(LoadMode.Replace, 2)]
    public async Task What_the_server_refuses_is_told_of_the_right_records(LoadMode mode, int lanes)
    {
        await using var scene = await LoadScene.CreateAsync(postgres, Table);
        var random = new Random(lanes);
        var records = Enumerable.Range(1, 3000).Select(i => (Id: i, V: random.Next(100) == 0 ? 13 : 1, W: Filler(random))).ToArray();
        var path = scene.Write("r.csv", CsvText.File("id,v,w", records.Select(r => $"{r.Id},{r.V},{r.W}")));
        var bad = records.Where(r => r.V == 13).ToArray();

        await scene.RejectedAsync(
            LoadScene.Job(path) with { Mode = mode, Key = mode == LoadMode.Append ? [] : ["id"], Concurrency = lanes, MaxRejects = new(1000, null) }, bad.Length);

        Assert.Equal(bad.Select(r => $"{r.Id}|{r.Id + 1}|23514|{r.Id},{r.V},{r.W}"), await scene.RejectsAsync());
        Assert.Equal(records.Except(bad).Select(r => $"{r.Id}"), await scene.Database.RowsAsync("SELECT id FROM t ORDER BY id"));
    }

    [Theory]
    [InlineData(OnDuplicate.Last, 1)]
    [InlineData(OnDuplicate.Last, 2)]
    [InlineData(OnDuplicate.Last, 4)]
    [InlineData(OnDuplicate.First, 1)]
    [InlineData(OnDuplicate.First, 2)]
    [InlineData(OnDuplicate.Reject, 2)]
    public async Task Of_records_with_one_key_the_right_one_stays(OnDuplicate which, int lanes)
    {
        await using var scene = await LoadScene.CreateAsync(postgres, Table);
        var records = Repeating(new(lanes));
        var path = scene.Write("d.csv", CsvText.File("id,v,w", records.Select(r => $"{r.Id},{r.V},{r.W}")));
        var groups = records.GroupBy(r => r.Id).OrderBy(g => g.Key).ToArray();
        var job = LoadScene.Job(path) with { Key = ["id"], OnDuplicate = which, Concurrency = lanes, MaxRejects = new(10_000, null) };

        if (which == OnDuplicate.Reject) await scene.RejectedAsync(job, records.Length - groups.Length);
        else await scene.LoadedAsync(job);

        Assert.Equal(
            groups.Select(g => which == OnDuplicate.Last ? g.Last() : g.First()).Select(r => $"{r.Id}|{r.V}|{r.W.Length}"),
            await scene.Database.RowsAsync("SELECT id, v, length(w) FROM t ORDER BY id"));
        if (which != OnDuplicate.Reject) return;
        Assert.Equal(
            records.Where(r => r.V != groups.First(g => g.Key == r.Id).First().V).Select(r => $"{r.V - Offset}"),
            (await scene.RejectsAsync()).Select(r => r.Split('|')[0]));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Insert_ignore_keeps_the_first(int lanes)
    {
        await using var scene = await LoadScene.CreateAsync(postgres, Table);
        var records = Repeating(new(lanes + 10));
        var path = scene.Write("i.csv", CsvText.File("id,v,w", records.Select(r => $"{r.Id},{r.V},{r.W}")));

        await scene.LoadedAsync(LoadScene.Job(path) with { Mode = LoadMode.InsertIgnore, Key = ["id"], Concurrency = lanes });

        Assert.Equal(
            records.GroupBy(r => r.Id).OrderBy(g => g.Key).Select(g => $"{g.Key}|{g.First().V}"),
            await scene.Database.RowsAsync("SELECT id, v FROM t ORDER BY id"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Of_files_in_one_transaction_the_later_wins(int lanes)
    {
        await using var scene = await LoadScene.CreateAsync(postgres, Table);
        var records = Repeating(new(lanes + 20));
        var files = records.Chunk(100).Select((chunk, file) => scene.Write($"f{file:00}.csv", CsvText.File("id,v,w", chunk.Select(r => $"{r.Id},{r.V},{r.W}")))).ToArray();

        await scene.LoadedAsync(LoadScene.Job(files) with { Key = ["id"], Concurrency = lanes });

        Assert.Equal(
            records.GroupBy(r => r.Id).OrderBy(g => g.Key).Select(g => $"{g.Key}|{g.Last().V}"),
            await scene.Database.RowsAsync("SELECT id, v FROM t ORDER BY id"));
    }

    /// <summary>Records of which some keys come several times; <c>V</c> tells the record's number, and is never refused.</summary>
    private static (int Id, int V, string W)[] Repeating(Random random) =>
        [.. Enumerable.Range(1, 3000).Select(i => (random.Next(1200), i + Offset, Filler(random)))];

    private static string Filler(Random random) => new('x', Lengths[random.Next(Lengths.Length)]);
}
