using System.Text;
using Ingest.Testing;

namespace Ingest.FaultTests;

/// <summary>Records that come through a pipe.</summary>
public sealed class StandardInputTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [SkippableFact]
    public async Task Standard_input_is_loaded_and_an_interrupted_load_of_it_resumed()
    {
        Skip.If(OperatingSystem.IsWindows(), "there is no kill -9");
        await using var scene = await FaultScene.CreateAsync(await postgres.CreateDatabaseAsync(), isUpsert: false);
        var content = await File.ReadAllBytesAsync(scene.Path);
        string[] arguments = ["-", "--table", "t", "--mode", "append", "--chunk-size", "1000"];

        using (var load = IngestProcess.Load(scene.Database.Dsn, arguments))
        {
            await load.Input.WriteAsync(content.AsMemory(0, content.Length / 2));
            await load.Input.FlushAsync();
            await scene.ReachAsync(load, scene.Records / 5);
            load.Kill();
        }
        using var resume = IngestProcess.Load(scene.Database.Dsn, [.. arguments, "--resume"]);
        await resume.Input.WriteAsync(content);
        var end = await resume.EndAsync();

        Assert.True(end.ExitCode == 0, end.Errors);
        await scene.AssertLoadedAsync();
    }

    [SkippableFact]
    public async Task A_pipe_that_pauses_keeps_no_transaction_open()
    {
        await using var scene = await FaultScene.CreateAsync(await postgres.CreateDatabaseAsync(), isUpsert: false);
        using var load = IngestProcess.Load(scene.Database.Dsn, "-", "--table", "t", "--mode", "append");
        var lines = Encoding.UTF8.GetBytes("id,v,n\n" + string.Concat(Enumerable.Range(0, 60_000).Select(i => $"{i},{new string('y', 60)},1\n")));

        await load.Input.WriteAsync(lines);
        await load.Input.FlushAsync();
        await Task.WhenAny(scene.ReachAsync(load, 1), Task.Delay(TimeSpan.FromSeconds(60)));
        var committed = await scene.CommittedAsync();
        var end = await load.EndAsync();

        Assert.True(committed > 0);
        Assert.True(end.ExitCode == 0, end.Errors);
        Assert.Equal(60_000, await scene.Database.ScalarAsync<long>("SELECT count(*) FROM t"));
        await scene.AssertNothingIsLeftAsync();
    }
}
