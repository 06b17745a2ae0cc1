using Ingest.FaultTests.Proxy;

namespace Ingest.FaultTests.Faults;

/// <summary>What happens on the way to the server.</summary>
internal static class LinkFaults
{
    /// <summary>The points at which a connection is cut.</summary>
    private static readonly (ProxyPoint Point, string Words)[] Points =
    [
        (ProxyPoint.Startup, "while connecting"),
        (ProxyPoint.CopyData, "in COPY"),
        (ProxyPoint.Copied, "between COPY and merge"),
        (ProxyPoint.Merged, "between merge and COMMIT"),
        (ProxyPoint.Commit, "before COMMIT arrives"),
        (ProxyPoint.Committed, "before COMMIT's answer arrives"),
    ];

    /// <summary>All of them.</summary>
    public static IEnumerable<Fault> All =>
    [
        .. Points.Select(p => Ended("reset", p.Words, p.Point, LinkEnding.Reset)),
        .. Points.Select(p => Ended("closed", p.Words, p.Point, LinkEnding.Finish)),
        .. Points.Where(p => p.Point != ProxyPoint.Startup).Select(p => Ended("half-open", p.Words, p.Point, LinkEnding.Silence)),
        new("connection cut at a byte offset", CutAtByteAsync),
        new("network partition", PartitionAsync),
        new("network cable cut, and the loader killed", CutCableAsync)
        {
            Ends = [137], NeedsLargeFile = true, TakesLong = true, Mixes = false, Obstacle = _ => NetworkCable.Obstacle, PrepareAsync = run => run.Cluster.LayCableAsync(),
        },
        new("delay of 100 ms", run => SlowAsync(run, TimeSpan.FromMilliseconds(100), 0)),
        new("throttled to 50 KB/s", run => SlowAsync(run, TimeSpan.Zero, 50_000)),
    ];

    private static Fault Ended(string how, string where, ProxyPoint point, LinkEnding ending) =>
        new($"connection {how} {where}", run => run.CutAsync(point, ending)) 
        {
            NeedsRows = point == ProxyPoint.Merged, IsDecisive = point is ProxyPoint.Commit or ProxyPoint.Committed && ending == LinkEnding.Reset,
        };

    /// <summary>Any byte of either direction of any lane may be the last.</summary>
    private static async Task<int> CutAtByteAsync(FaultRun run)
    {
        var (toServer, ending) = (run.Random.Next(3) > 0, run.Random.Next(2) == 0 ? LinkEnding.Reset : LinkEnding.Finish);
        long left = run.Random.Next(toServer ? 300_000 : 10_000);
        var cut = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        run.Proxy.Watch = passage =>
        {
            if (passage.ToServer != toServer || !passage.IsLane) return new(Verdict.Pass);
            // One message alone holds the last byte, however many the lanes send at once.
            var before = Interlocked.Add(ref left, -passage.Length) + passage.Length;
            if (before < 0 || before >= passage.Length) return new(Verdict.Pass);
            cut.SetResult();
            return new(new Verdict(ending, (int)before));
        };
        await Task.WhenAny(cut.Task, run.Load.Ended);
        run.Proxy.Watch = null;
        return cut.Task.IsCompleted ? 1 : 0;
    }

    private static Task<int> PartitionAsync(FaultRun run) => run.SomewhereAsync(async () =>
    {
        run.Proxy.IsPartitioned = true;
        await Task.Delay(TimeSpan.FromSeconds(3));
        run.Proxy.IsPartitioned = false;
    });

    /// <summary>
    /// A loader at the other end of the cable takes the load over. Its sessions hold the file and rows until the server's
    /// keepalive gives them up; the resume waits for that.
    /// </summary>
    private static async Task<int> CutCableAsync(FaultRun run)
    {
        run.Load.Kill();
        var cable = run.Cluster.Cable!;
        string[] arguments = [.. run.Scene.Arguments(2, 500), "--max-rejects", "100%", "--resume"];
        using var load = IngestProcess.Load(FaultCluster.LoaderDsn(run.Scene, run.Cluster.Sandbox.Port, cable.Address), "", arguments, cable.Command);
        await run.Scene.ReachAsync(load, run.Scene.Records / 50);
        if (!load.IsRunning) return 0;
        cable.Set(up: false);
        // It stays cut: over a cable that is whole again, the dead loader's system would end the connections.
        load.Kill();
        return 1;
    }

    private static async Task<int> SlowAsync(FaultRun run, TimeSpan delay, int bytesPerSecond)
    {
        (run.Proxy.Delay, run.Proxy.BytesPerSecond) = (delay, bytesPerSecond);
        await Task.WhenAny(run.Load.Ended, Task.Delay(TimeSpan.FromSeconds(2)));
        (run.Proxy.Delay, run.Proxy.BytesPerSecond) = (TimeSpan.Zero, 0);
        return 1;
    }
}
