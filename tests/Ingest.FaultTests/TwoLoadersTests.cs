using Ingest.Testing;
using Npgsql;

namespace Ingest.FaultTests;

/// <summary>Two loads of one file into one table.</summary>
public sealed class TwoLoadersTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [SkippableFact]
    public async Task One_loads_and_the_other_says_who_holds_the_file()
    {
        await using var scene = await FaultScene.CreateAsync(await postgres.CreateDatabaseAsync(), isUpsert: false);

        scene.Pace = 1_000_000;
        using var first = scene.Load(1);
        await scene.ReachAsync(first, 1);
        // The first cannot end before the second has looked.
        await using var connection = await scene.Database.OpenAsync();
        var hold = await connection.BeginTransactionAsync();
        await using (var command = new NpgsqlCommand("LOCK TABLE t IN EXCLUSIVE MODE", connection, hold)) await command.ExecuteNonQueryAsync();
        using var second = scene.Load(2);
        var refused = await second.EndAsync();
        await hold.RollbackAsync();
        scene.Pace = 0;
        var loaded = await first.EndAsync();

        Assert.True(loaded.ExitCode == 0, loaded.Errors);
        Assert.Equal(1, refused.ExitCode);
        Assert.Matches("is being loaded into public.t by run [0-9a-f-]+ \\(host .*, pid [0-9]+, since", refused.Errors);
        await scene.AssertLoadedAsync();
    }

    [SkippableFact]
    public async Task Of_many_that_start_at_once_exactly_one_loads()
    {
        await using var scene = await FaultScene.CreateAsync(await postgres.CreateDatabaseAsync(), isUpsert: false);

        var loads = Enumerable.Range(0, 5).Select(_ => scene.Load(1)).ToArray();
        var ends = await Task.WhenAll(loads.Select(l => l.EndAsync()));

        Assert.Equal([0], ends.Select(e => e.ExitCode).Where(c => c is not (1 or 2)));
        Assert.All(ends.Where(e => e.ExitCode != 0), e => Assert.True(e.Errors.Contains("(file_held)", StringComparison.Ordinal) || e.Errors.Contains("(already_loaded)", StringComparison.Ordinal), e.Errors));
        await scene.AssertLoadedAsync();
        foreach (var load in loads) load.Dispose();
    }
}
