using Ingest.Testing;
using Xunit.Abstractions;

namespace Ingest.FaultTests;

/// <summary>Exactly once, however often the program is killed.</summary>
public sealed class KillTests(PostgresFixture postgres, ITestOutputHelper log) : IClassFixture<PostgresFixture>
{
    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public Task A_load_that_is_killed_twenty_times_ends_as_one_that_was_not(bool isUpsert) => KillAsync(isUpsert, 20, 200_000, 1);

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public Task A_load_of_small_files_that_is_killed_again_and_again_ends_as_one_that_was_not(bool isUpsert) => KillAsync(isUpsert, 5, 40_000, 120);

    private async Task KillAsync(bool isUpsert, int times, int records, int files)
    {
        Skip.If(OperatingSystem.IsWindows(), "there is no kill -9");
        await using var scene = await FaultScene.CreateAsync(await postgres.CreateDatabaseAsync(), new SceneShape(records, isUpsert, HasRows: false, HasRejects: false, files));
        // A lane's batch takes a quarter of a second, all of the file far longer than twenty loads are let live.
        scene.Pace = 400_000;
        log.WriteLine($"seed {FaultSeed.Value}");
        var random = new Random(FaultSeed.Value);

        for (var kills = 0; kills < times; kills++)
        {
            using var load = scene.Load(1 + random.Next(4), kills == 0 ? [] : ["--resume"]);
            // Some die before their first commit, most after some progress; together they never reach the end.
            if (random.Next(4) == 0) await Task.WhenAny(load.Ended, Task.Delay(random.Next(1500)));
            else await scene.ReachAsync(load, await scene.CommittedAsync() + random.Next(1, records / (times * 4)));
            if (!load.IsRunning)
            {
                var (exitCode, _, errors) = await load.EndAsync();
                Assert.Fail($"seed {FaultSeed.Value}: it ended by itself with {exitCode} after {kills} kills: {errors}");
            }
            load.Kill();
        }
        Assert.True(await scene.CommittedAsync() < records);

        scene.Pace = 0;
        using var last = scene.Load(1 + random.Next(4), "--resume");
        var end = await last.EndAsync();

        Assert.True(end.ExitCode == 0, end.Errors);
        await scene.AssertLoadedAsync();
    }
}
