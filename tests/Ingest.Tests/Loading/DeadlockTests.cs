using Ingest.Lanes;
using Ingest.Plan;
using Ingest.Telemetry;
using Ingest.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Ingest.Tests.Loading;

/// <summary>Sessions that lock the same rows in different orders wait for each other in a circle, until the server ends one of their transactions.</summary>
public sealed class DeadlockTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const string Table = "CREATE TABLE t (id int PRIMARY KEY, v text, place serial)";

    [Theory]
    [InlineData(LoadMode.Upsert)]
    [InlineData(LoadMode.InsertIgnore)]
    public async Task After_a_deadlock_rows_are_applied_in_the_order_of_their_keys(LoadMode mode)
    {
        await using var scene = await LoadScene.CreateAsync(postgres, Table);
        var file = scene.Write("backwards.csv", Lines(Enumerable.Range(1, 2000).Reverse()));

        await LoadThroughDeadlockAsync(scene, LoadScene.Job(file) with { Mode = mode, Concurrency = 1 }, held: 1000, asked: 2000);

        Assert.Equal(2000, await scene.Database.ScalarAsync<long>("SELECT count(*) FROM (SELECT id, row_number() OVER (ORDER BY place) AS number FROM t) x WHERE id = number"));
    }

    [Fact]
    public async Task After_a_deadlock_small_files_are_applied_each_by_itself()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, Table);
        string[] files = [.. Enumerable.Range(0, 5).Select(i => scene.Write($"{i}.csv", Lines(Enumerable.Range(i * 10, 10).Reverse())))];

        await LoadThroughDeadlockAsync(scene, LoadScene.Job(files) with { Concurrency = 1 }, held: 35, asked: 5);

        Assert.Equal(50, await scene.CountAsync(LoadScene.Job().Table));
        Assert.Equal(5, await scene.Database.ScalarAsync<long>("SELECT count(DISTINCT xmin::text) FROM t"));
    }

    [Fact]
    public async Task Loads_of_the_same_rows_in_other_orders_at_once_all_end()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, Table);
        var random = new Random(7);
        var loads = Enumerable.Range(0, 3).Select(i =>
        {
            var ids = Enumerable.Range(1, 20_000).ToArray();
            random.Shuffle(ids);
            return scene.Write($"{i}.csv", "id,v\n" + string.Concat(ids.Select(id => $"{id},{i}\n")));
        }).Select(file => LoadAsync(scene, LoadScene.Job(file) with { ChunkSize = 2000 })).ToArray();

        foreach (var load in loads) await AssertLoadedAsync(load);

        Assert.Equal([.. loads.Select(_ => 20_000L)], loads.Select(l => l.Result.Total.Read));
        Assert.Equal(60_000, loads.Sum(l => l.Result.Total.Inserted + l.Result.Total.Updated));
        Assert.Equal(20_000, loads.Sum(l => l.Result.Total.Inserted));
        Assert.Equal(20_000, await scene.Database.ScalarAsync<long>("SELECT count(*) FROM t WHERE id BETWEEN 1 AND 20000 AND v IN ('0', '1', '2')"));
    }

    /// <summary>
    /// Loads while another transaction holds one of the rows, which asks for another row that the load has reached before: the load is
    /// the one to give way, and the other transaction leaves nothing behind.
    /// </summary>
    private static async Task LoadThroughDeadlockAsync(LoadScene scene, LoadJob job, int held, int asked)
    {
        await using var other = await scene.Database.OpenAsync();
        await using var transaction = await other.BeginTransactionAsync();
        // The one that waits for longer looks for deadlocks first.
        await ExecuteAsync(other, "SET LOCAL deadlock_timeout = '1min'");
        await ExecuteAsync(other, $"INSERT INTO t (id) VALUES ({held})");
        var load = LoadAsync(scene, job);
        while (await scene.Database.ScalarAsync<long>("SELECT count(*) FROM pg_locks WHERE locktype = 'transactionid' AND NOT granted") == 0)
        {
            if (load.IsCompleted) break;
            await Task.Delay(5);
        }
        await ExecuteAsync(other, $"INSERT INTO t (id) VALUES ({asked})");
        await transaction.RollbackAsync();
        await AssertLoadedAsync(load);
    }

    private static Task<LoadResult> LoadAsync(LoadScene scene, LoadJob job)
    {
        var settings = new NpgsqlConnectionStringBuilder(scene.Database.ConnectionString) { Options = "-c deadlock_timeout=1s" };
        return Task.Run(() => new Loader(settings, NullLogger.Instance).RunAsync(job, new LoadProgress(), default));
    }

    private static async Task AssertLoadedAsync(Task<LoadResult> load)
    {
        var result = await load;
        Assert.True(result.ExitCode == ExitCode.Success, $"{result.ExitCode}: {result.Error?.Message} {result.Total}");
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private static string Lines(IEnumerable<int> ids) => "id,v\n" + string.Concat(ids.Select(id => $"{id},x\n"));
}
