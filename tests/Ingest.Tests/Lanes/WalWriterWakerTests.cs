using System.Diagnostics;
using System.Globalization;
using Ingest.Lanes;
using Ingest.Postgres;
using Ingest.Testing;
using Ingest.Tests.Loading;
using Ingest.Tests.Manifest;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ingest.Tests.Lanes;

/// <summary>The WAL writer is woken on the run's own connection, whose other uses go before.</summary>
public sealed class WalWriterWakerTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const int Step = 2 << 20;

    [Fact]
    public async Task It_is_woken_once_enough_was_copied()
    {
        await using var run = await ControlScene.OpenAsync(postgres);
        await using var waker = new WalWriterWaker(run.Control, NullLogger.Instance);

        waker.AddCopied(Step - 1);
        await waker.DisposeAsync();
        Assert.False(await WasWokenAsync(run));
        waker.AddCopied(1);
        await waker.DisposeAsync();
        Assert.True(await WasWokenAsync(run));
    }

    [Fact]
    public async Task It_is_woken_again_and_again_while_a_lane_merges_and_no_longer()
    {
        await using var run = await ControlScene.OpenAsync(postgres);
        await using var waker = new WalWriterWaker(run.Control, NullLogger.Instance);

        waker.BeginMerge();
        for (var i = 0; i < 2; i++)
        {
            await UseAsync(run);
            while (!await WasWokenAsync(run)) await Task.Delay(5);
        }
        waker.EndMerge();
        await waker.DisposeAsync();
        await UseAsync(run);
        await Task.Delay(100);
        Assert.False(await WasWokenAsync(run));
    }

    [Fact]
    public async Task While_the_connection_is_in_use_it_is_let_be()
    {
        await using var run = await ControlScene.OpenAsync(postgres);
        await using var waker = new WalWriterWaker(run.Control, NullLogger.Instance);

        var answer = await run.Control.DoAsync(
            async _ =>
            {
                var working = run.Control.Connection.ScalarAsync<int>("SELECT 7 FROM pg_sleep(0.2)", [], CancellationToken.None);
                waker.AddCopied(Step);
                return await working;
            },
            CancellationToken.None);

        Assert.Equal(7, answer);
        await waker.DisposeAsync();
        Assert.False(await WasWokenAsync(run));
    }

    [Fact]
    public async Task A_connection_that_broke_is_left_to_who_needs_it_next_and_used_once_it_is_open_again()
    {
        await using var run = await ControlScene.OpenAsync(postgres);
        await using var waker = new WalWriterWaker(run.Control, NullLogger.Instance);
        waker.AddCopied(Step);
        await waker.DisposeAsync();
        await run.Database.ExecuteAsync($"SELECT pg_terminate_backend({run.Control.Connection.ProcessID})");

        for (var i = 0; i < 2; i++)
        {
            waker.AddCopied(Step);
            await waker.DisposeAsync();
        }
        Assert.True(await run.Control.DoAsync(s => s.TryLockAsync("a.csv", "public.t", CancellationToken.None), CancellationToken.None));
        waker.AddCopied(Step);
        await waker.DisposeAsync();
        Assert.True(await WasWokenAsync(run));
    }

    [SkippableFact]
    public async Task A_server_that_does_not_answer_keeps_nobody_who_has_no_time()
    {
        Skip.If(OperatingSystem.IsWindows(), "processes are stopped by a signal of Unix's");
        await using var run = await ControlScene.OpenAsync(postgres);
        await using var waker = new WalWriterWaker(run.Control, NullLogger.Instance);
        var backend = run.Control.Connection.ProcessID;
        using var patience = new CancellationTokenSource();
        await SignalAsync("-STOP", backend);
        try
        {
            waker.AddCopied(Step);
            await waker.DisposeAsync();
            var asking = run.Control.DoAsync(s => s.TryLockAsync("a.csv", "public.t", CancellationToken.None), patience.Token);
            await patience.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
        }
        finally
        {
            await SignalAsync("-CONT", backend);
        }
        Assert.True(await run.Control.DoAsync(s => s.TryLockAsync("a.csv", "public.t", CancellationToken.None), CancellationToken.None));
    }

    [Theory]
    [InlineData("", 1)]
    [InlineData("UNLOGGED", 0)]
    public async Task A_role_that_may_not_wake_it_loads_all_the_same_and_is_not_asked_again(string kind, int refusals)
    {
        await using var scene = await LoadScene.CreateAsync(postgres, $"""
            CREATE {kind} TABLE t (id int, v text);
            REVOKE EXECUTE ON FUNCTION pg_current_xact_id() FROM PUBLIC;
            """);
        await using var role = await TestRole.CreateAsync(postgres, scene.Database);
        await scene.Database.ExecuteAsync($"GRANT ALL ON t TO {role.Name}; GRANT CREATE ON DATABASE {role.Database} TO {role.Name}");
        var file = scene.Write("a.csv", CsvText.File("id,v", Enumerable.Range(0, 20_000).Select(i => $"{i},{new string('x', 500)}")));
        var log = new LogLines(LogLevel.Debug);

        var result = await new Loader(new(role.ConnectionString), log).RunAsync(LoadScene.Append(file), new(), default);

        Assert.True(result.ExitCode == ExitCode.Success, result.Error?.Message);
        Assert.Equal(20_000, await scene.Database.ScalarAsync<long>("SELECT count(DISTINCT id) FROM t"));
        Assert.Equal(refusals, log.Count(l => l.StartsWith("the server's WAL writer cannot be woken: permission denied", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_load_that_merges_wakes_it()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, """
            CREATE TABLE t (id int PRIMARY KEY, v text);
            INSERT INTO t VALUES (1, 'a');
            REVOKE EXECUTE ON FUNCTION pg_current_xact_id() FROM PUBLIC;
            """);
        await using var role = await TestRole.CreateAsync(postgres, scene.Database);
        await scene.Database.ExecuteAsync($"GRANT ALL ON t TO {role.Name}; GRANT CREATE ON DATABASE {role.Database} TO {role.Name}");
        var log = new LogLines(LogLevel.Debug);
        bool IsAsked()
        {
            lock (log) return log.Any(l => l.StartsWith("the server's WAL writer cannot be woken", StringComparison.Ordinal));
        }

        // A row that is only locked is refused by COPY at once; the merge waits for it.
        await using var other = await scene.Database.OpenAsync();
        await using var holding = await other.BeginTransactionAsync();
        await other.ScalarAsync<int>("SELECT id FROM t FOR UPDATE", [], CancellationToken.None);
        var loading = new Loader(new(role.ConnectionString), log).RunAsync(LoadScene.Job(scene.Write("a.csv", "id,v\n1,b\n")), new(), default);
        while (!loading.IsCompleted && !IsAsked()) await Task.Delay(10);
        await holding.RollbackAsync();
        var result = await loading;

        Assert.True(IsAsked());
        Assert.True(result.ExitCode == ExitCode.Success, result.Error?.Message);
        Assert.Equal(["1|b"], await scene.RowsAsync("id"));
    }

    private static Task<bool> UseAsync(ControlScene run) => run.Control.DoAsync(s => s.TryLockAsync("a.csv", "public.t", CancellationToken.None), CancellationToken.None);

    private static async Task SignalAsync(string signal, int process)
    {
        using var kill = Process.Start("kill", [signal, process.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
        Assert.Equal(0, kill.ExitCode);
    }

    /// <summary>Whether that was the last that the run's own connection did.</summary>
    private static Task<bool> WasWokenAsync(ControlScene run) =>
        run.Database.ScalarAsync<bool>($"SELECT query = '{SessionSettings.WakeWalWriter}' FROM pg_stat_activity WHERE pid = {run.Control.Connection.ProcessID}");
}
