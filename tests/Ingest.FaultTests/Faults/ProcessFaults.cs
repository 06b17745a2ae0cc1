using Ingest.FaultTests.Proxy;

namespace Ingest.FaultTests.Faults;

/// <summary>What happens to the loader's process.</summary>
internal static class ProcessFaults
{
    /// <summary>All of them.</summary>
    public static IEnumerable<Fault> All =>
    [
        .. KillPoints.Select(KillAt),
        new("SIGKILL at a random moment", KillAtSomeTimeAsync) { Ends = [137] },
        Signalled("SIGTERM", IngestProcess.Terminate, 143),
        Signalled("SIGINT", IngestProcess.Interrupt, 130),
        new("SIGSTOP for longer than the timeouts", run => run.SomewhereAsync(() => PauseAsync(run))),
    ];

    /// <summary>The points at which a kill is of interest.</summary>
    public static IEnumerable<ProxyPoint> KillPoints =>
        [ProxyPoint.Startup, ProxyPoint.CopyData, ProxyPoint.Copied, ProxyPoint.Merged, ProxyPoint.Commit, ProxyPoint.Committed];

    private static Fault KillAt(ProxyPoint point) => new($"SIGKILL at {point}", async run => await run.AtAsync(point, () =>
    {
        run.Load.Kill();
        return Task.CompletedTask;
    }) ? 1 : 0) { Ends = [137], NeedsRows = point == ProxyPoint.Merged, IsDecisive = point is ProxyPoint.Commit or ProxyPoint.Committed };

    /// <summary>From before it has connected to after it has ended.</summary>
    private static async Task<int> KillAtSomeTimeAsync(FaultRun run)
    {
        await Task.WhenAny(run.Load.Ended, Task.Delay(run.Random.Next(50, 2500)));
        if (!run.Load.IsRunning) return 0;
        run.Load.Kill();
        return 1;
    }

    private static Fault Signalled(string name, int signal, int exitCode) => new(name, run => run.SomewhereAsync(() =>
    {
        run.Load.Signal(signal);
        return Task.Delay(run.Random.Next(300));
    })) { Ends = [exitCode], Codes = "interrupted" };

    private static async Task PauseAsync(FaultRun run)
    {
        run.Load.Signal(IngestProcess.Stop);
        await Task.Delay(TimeSpan.FromSeconds(3));
        run.Load.Signal(IngestProcess.Continue);
    }
}
