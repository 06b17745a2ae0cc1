using Ingest.Manifest;
using Ingest.Postgres;
using Ingest.Testing;
using Npgsql;

namespace Ingest.Tests.Manifest;

/// <summary>A run's own connection, when it breaks.</summary>
public sealed class ControlSessionTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const string File = "a.csv", Target = "public.t";

    [Fact]
    public async Task One_that_broke_between_two_statements_is_opened_again_and_holds_its_locks()
    {
        await using var run = await ControlScene.OpenAsync(postgres);
        Assert.True(await run.Control.LockAsync(File, Target, TimeSpan.Zero, CancellationToken.None));
        await run.BreakAsync();

        // Npgsql has let go of the connector: a statement fails as a misuse, not as a failure of the server.
        Assert.Throws<NpgsqlException>(() => run.Control.Connection);
        Assert.True(await run.Control.DoAsync(s => s.TryLockAsync("b.csv", Target, CancellationToken.None), CancellationToken.None));
        await using var other = await ControlScene.OpenAsync(postgres, run.Database);
        Assert.False(await other.Control.LockAsync(File, Target, TimeSpan.Zero, CancellationToken.None));
    }

    [Fact]
    public async Task One_that_could_not_take_its_locks_again_does_nothing()
    {
        await using var run = await ControlScene.OpenAsync(postgres);
        Assert.True(await run.Control.LockAsync(File, Target, TimeSpan.Zero, CancellationToken.None));
        await run.BreakAsync();
        await using var other = await ControlScene.OpenAsync(postgres, run.Database);
        Assert.True(await other.Control.LockAsync(File, Target, TimeSpan.FromSeconds(30), CancellationToken.None));

        var wasDone = false;
        for (var attempt = 0; attempt < 2; attempt++)
        {
            using var patience = new CancellationTokenSource();
            var doing = run.Control.DoAsync(async _ =>
            {
                await run.Control.Connection.ExecuteAsync("SELECT", [], patience.Token);
                return wasDone = true;
            }, patience.Token);
            while (!doing.IsCompleted && !await run.WaitsForLocksAsync()) await Task.Delay(20);
            await patience.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => doing);
        }
        Assert.False(wasDone);
    }

    [Fact]
    public async Task What_a_lost_answer_has_told_the_manifest_may_be_told_again()
    {
        await using var run = await ControlScene.OpenAsync(postgres);
        NewManifestEntry Entry(string file) => new(file, Target, 1, IsUnlogged: true, "append", 1, 2, ["id"], "{}", "");
        await ManifestSchema.EnsureAsync(run.Control.Connection, new ManifestSql("ingest"), CancellationToken.None);
        for (var attempt = 0; attempt < 2; attempt++)
            await run.Control.DoAsync(s => s.StartRunAsync(Target, "append", CancellationToken.None), CancellationToken.None);

        var first = await run.Control.DoAsync(s => s.CreateEntriesAsync([Entry("a.csv"), Entry("b.csv")], CancellationToken.None), CancellationToken.None);
        var again = await run.Control.DoAsync(s => s.CreateEntriesAsync([Entry("a.csv"), Entry("b.csv")], CancellationToken.None), CancellationToken.None);

        Assert.Equal(first, again);
        Assert.Equal(4, await run.Database.ScalarAsync<long>("SELECT count(*) FROM ingest.watermarks"));
        Assert.Equal(2, await run.Database.ScalarAsync<long>("SELECT count(*) FROM ingest.unlogged_loads"));
    }
}
