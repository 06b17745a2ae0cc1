using Ingest.Testing;

namespace Ingest.FaultTests;

/// <summary>Being told to stop.</summary>
public sealed class SignalTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [SkippableTheory]
    [InlineData(2, 130, false)]
    [InlineData(15, 143, false)]
    [InlineData(2, 130, true)]
    [InlineData(15, 143, true)]
    public async Task A_signal_ends_the_load_in_order_and_a_resume_finishes_it(int signal, int exitCode, bool isUpsert)
    {
        Skip.If(OperatingSystem.IsWindows(), "there are no signals");
        await using var scene = await FaultScene.CreateAsync(await postgres.CreateDatabaseAsync(), isUpsert);

        scene.Pace = 700_000;
        using var load = scene.Load(2);
        await scene.ReachAsync(load, scene.Records / 10);
        load.Signal(signal);
        var interrupted = await load.EndAsync();

        Assert.True(interrupted.ExitCode == exitCode, $"{interrupted.ExitCode}: {interrupted.Errors}");
        Assert.Equal("interrupted", await scene.StatusAsync());
        Assert.Equal(await scene.CommittedAsync(), await scene.Database.ScalarAsync<long>("SELECT rows_read FROM ingest.manifest"));
        await scene.AssertNothingIsLeftAsync();

        scene.Pace = 0;
        using var resume = scene.Load(3, "--resume");
        var end = await resume.EndAsync();

        Assert.True(end.ExitCode == 0, end.Errors);
        await scene.AssertLoadedAsync();
    }
}
