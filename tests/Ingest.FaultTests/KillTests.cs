using Ingest.Testing;
using Xunit.Abstractions;

namespace Ingest.FaultTests;

/// <summary>Exactly once, however often the program is killed.</summary>
public sealed class KillTests(PostgresFixture postgres, ITestOutputHelper log) : IClassFixture<PostgresFixture>
{
    private const int Kills = 20;

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_load_that_is_killed_twenty_times_ends_as_one_that_was_not(bool isUpsert)
    {
        Skip.If(OperatingSystem.IsWindows(), "there is no kill -9");
        await using var scene = await FaultScene.CreateAsync(await postgres.CreateDatabaseAsync(), isUpsert);
        scene.Pace = 250_000;
        var seed = Environment.TickCount;
        log.WriteLine($"seed {seed}");
        var random = new Random(seed);

        var kills = 0;
        while (kills < Kills)
        {
            using var load = scene.Load(1 + random.Next(4), kills == 0 ? [] : ["--resume"]);
            // Some die before their first commit, most after some progress; together they never reach the end.
            var target = await scene.CommittedAsync() + random.Next(1, scene.Records / (Kills * 2));
            var hurry = random.Next(4) == 0 ? DateTime.UtcNow.AddMilliseconds(random.Next(1500)) : DateTime.MaxValue;
            while (load.IsRunning && DateTime.UtcNow < hurry && await scene.CommittedAsync() < target) await Task.Delay(2);
            if (!load.IsRunning)
            {
                var (exitCode, _, errors) = await load.EndAsync();
                Assert.Fail($"it ended by itself with {exitCode} after {kills} kills: {errors}");
            }
            load.Kill();
            kills++;
        }
        Assert.NotEqual("success", await scene.StatusAsync());

        scene.Pace = 0;
        using var last = scene.Load(1 + random.Next(4), "--resume");
        var end = await last.EndAsync();

        Assert.True(end.ExitCode == 0, end.Errors);
        await scene.AssertLoadedAsync();
    }
}
