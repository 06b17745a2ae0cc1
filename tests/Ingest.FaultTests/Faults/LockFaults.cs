using Ingest.FaultTests.Proxy;
using Npgsql;

namespace Ingest.FaultTests.Faults;

/// <summary>Others who work on the same rows.</summary>
internal static class LockFaults
{
    /// <summary>All of them.</summary>
    public static IEnumerable<Fault> All =>
    [
        new("concurrent writer on the same keys", WriteAsync) { NeedsRows = true },
        new("deadlock with a foreign transaction", DeadlockAsync) { NeedsRows = true },
        new("concurrent loader on the same keys", LoadBesideAsync) { NeedsRows = true },
        new("second loader of the same file", LoadTwiceAsync),
        new("table locked for longer than a command's timeout", run => LockAsync(run, TimeSpan.FromSeconds(3))),
        new("table locked for longer than the lock timeout", run => LockAsync(run, TimeSpan.FromMinutes(1)))
        {
            Options = ["--lock-timeout", "1"], MaxRetries = 1, Ends = [1], Codes = "55P03", Says = "into public.t failed 2 times: canceling statement due to lock timeout",
            MustEnd = true, Mixes = false,
        },
    ];

    /// <summary>Short transactions in any order of the keys.</summary>
    private static async Task<int> WriteAsync(FaultRun run)
    {
        var writes = 0;
        while (run.Load.IsRunning && writes < 60)
        {
            var key = run.Random.Next(run.Scene.Shape.Keys);
            if (await TouchAsync(run, [key + 40, key + 20, key])) writes++;
        }
        return writes > 0 ? 1 : 0;
    }

    /// <summary>Keys in the opposite order of the file's, while a merge holds some of them.</summary>
    private static async Task<int> DeadlockAsync(FaultRun run)
    {
        var touched = 0;
        while (run.Load.IsRunning && touched < 4)
        {
            var first = await run.Scene.CommittedAsync();
            var keys = Enumerable.Range(0, 60).Select(i => (int)(first + 3000 - i * 50)).Where(k => k >= 0 && k < run.Scene.Shape.Keys);
            if (await TouchAsync(run, [.. keys])) touched++;
        }
        return touched > 0 ? 1 : 0;
    }

    /// <summary>Changes a few rows from each of the keys on, in one transaction; false when it was the one to give way.</summary>
    private static async Task<bool> TouchAsync(FaultRun run, int[] keys)
    {
        await using var connection = await run.Scene.Database.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        var touched = 0;
        try
        {
            foreach (var key in keys)
            {
                await using var update = new NpgsqlCommand("UPDATE t SET touched = touched + 1 WHERE id BETWEEN $1 AND $1 + 9", connection);
                update.Parameters.Add(new() { Value = key });
                touched += await update.ExecuteNonQueryAsync();
            }
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.DeadlockDetected)
        {
            return false;
        }
        await transaction.CommitAsync();
        run.Scene.Touches += touched;
        return true;
    }

    /// <summary>Another file with another column of the same rows, backwards.</summary>
    private static async Task<int> LoadBesideAsync(FaultRun run)
    {
        var path = Path.Combine(run.Scene.Folder, "marks.csv");
        var keys = Enumerable.Range(0, run.Scene.Shape.KeysBefore).Select(i => i * 3).Reverse().ToList();
        await File.WriteAllLinesAsync(path, keys.Select(k => $"{k},7").Prepend("id,mark"));
        await run.Scene.Database.ExecuteAsync("GRANT UPDATE ON t TO loader");
        using var other = IngestProcess.Load(
            FaultCluster.LoaderDsn(run.Scene, run.Cluster.Sandbox.Port), path, "--table", "t", "--mode", "upsert", "--chunk-size", "300", "--max-retries", "10");
        var end = await other.EndAsync();
        Assert.True(end.ExitCode == 0, end.Errors);
        run.Scene.Marks = keys.Count;
        return 1;
    }

    /// <summary>A load that has just lost its session has lost its locks with it, and the second one takes over; so this comes first or not at all.</summary>
    private static Task<int> LoadTwiceAsync(FaultRun run) => run.HasFaults ? Task.FromResult(0) : run.SomewhereAsync(async () =>
    {
        // Of several files some may be loaded already: an append that is no resume is refused for them, and an upsert would
        // load them again, as it should; one that is a resume has nothing to do when all are.
        var isResume = run.Scene.IsUpsert && run.Scene.Shape.Files > 1;
        using var second = IngestProcess.Load(
            FaultCluster.LoaderDsn(run.Scene, run.Cluster.Sandbox.Port), [.. run.Scene.Arguments(2, 500), "--max-rejects", "100%", .. isResume ? ["--resume"] : Array.Empty<string>()]);
        var end = await second.EndAsync();
        var isRefused = (end.ExitCode == 1 && end.Errors.Contains("(file_held)", StringComparison.Ordinal))
            || (end.ExitCode == 2 && !run.Scene.IsUpsert && run.Scene.Shape.Files > 1 && end.Errors.Contains("(already_loaded)", StringComparison.Ordinal));
        Assert.True(isRefused || (isResume && end.ExitCode is (0 or 3)), $"{end.ExitCode}: {end.Errors}");
    });

    private static async Task<int> LockAsync(FaultRun run, TimeSpan most)
    {
        if (!await run.AtAsync(ProxyPoint.Committed, () => Task.CompletedTask)) return 0;
        await using var connection = await run.Scene.Database.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var command = new NpgsqlCommand("LOCK TABLE t IN ACCESS EXCLUSIVE MODE", connection);
        await command.ExecuteNonQueryAsync();
        await Task.WhenAny(run.Load.Ended, Task.Delay(most));
        return 1;
    }
}
