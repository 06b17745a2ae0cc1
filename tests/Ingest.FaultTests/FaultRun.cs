using Ingest.FaultTests.Proxy;

namespace Ingest.FaultTests;

/// <summary>One load that faults happen to, from its start to its last resume.</summary>
internal sealed class FaultRun : IAsyncDisposable
{
    private const int MostResumes = 6;

    private readonly FaultProxy proxy;
    private readonly EndCheck check = new();
    private readonly List<Fault> active = [];
    private readonly int maxRetries;
    private bool hasSucceeded;
    private bool isAlone;

    private FaultRun(FaultCluster cluster, FaultScene scene, int maxRetries, Random random)
    {
        this.maxRetries = maxRetries;
        Cluster = cluster;
        Scene = scene;
        Random = random;
        proxy = new FaultProxy(cluster.Sandbox.Host, cluster.Sandbox.Port);
    }

    /// <summary>The server.</summary>
    public FaultCluster Cluster { get; }

    /// <summary>The table and the file.</summary>
    public FaultScene Scene { get; }

    /// <summary>All choices come from it.</summary>
    public Random Random { get; }

    /// <summary>What stands between the load and the server.</summary>
    public FaultProxy Proxy => proxy;

    /// <summary>The load that was started last.</summary>
    public IngestProcess Load { get; private set; } = null!;

    /// <summary>Lets faults happen to one load, resumes it until it is through, and compares.</summary>
    /// <param name="cluster">The server.</param>
    /// <param name="faults">The faults, in their order.</param>
    /// <param name="isUpsert">Whether the table has a key.</param>
    /// <param name="random">All choices come from it.</param>
    /// <param name="isLong">Whether rows go into an empty table and are refused late, so that batches are long; left to chance where it is not said.</param>
    public static async Task<FaultReport> ExecuteAsync(FaultCluster cluster, IReadOnlyList<Fault> faults, bool isUpsert, Random random, bool? isLong = null)
    {
        var isLarge = faults.Any(f => f.NeedsLargeFile);
        var records = isLarge ? 100_000 : faults.Count > 1 ? 40_000 : 20_000;
        // More bytes than may wait for the lanes: one of 6 MB is read to its end while one lane is held.
        var width = isLarge ? 400 : 50;
        var hasRows = faults.Any(f => f.NeedsRows) || random.Next(2) == 0;
        // What happens to the source happens to one file.
        var files = !isLarge && random.Next(4) == 0 ? 60 : 1;
        var growsFirst = isLong ?? random.Next(2) == 0;
        var shape = growsFirst && !faults.Any(f => f.NeedsRows)
            ? new SceneShape(Math.Max(records, 40_000), isUpsert, HasRows: false, HasRejects: true) { RefusedFrom = Math.Max(records, 40_000) * 2 / 3, Width = width }
            : new SceneShape(records, isUpsert, hasRows, HasRejects: true, files) { Width = width };
        var scene = await cluster.CreateSceneAsync(shape);
        await using var run = new FaultRun(cluster, scene, faults.Min(f => f.MaxRetries), random);
        return await run.ExecuteAsync(faults);
    }

    /// <summary>Holds a lane's connection at a point that it passes, and lets something happen meanwhile; false when the load ended before.</summary>
    /// <param name="point">The point.</param>
    /// <param name="act">What happens.</param>
    public async Task<bool> AtAsync(ProxyPoint point, Func<Task> act)
    {
        var left = point == ProxyPoint.Startup ? Random.Next(1, 3) : Random.Next(1, 8);
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        proxy.Watch = async passage =>
        {
            if (!Is(passage, point) || Interlocked.Decrement(ref left) != 0) return Verdict.Pass;
            reached.SetResult();
            await release.Task;
            return Verdict.Pass;
        };
        try
        {
            await Task.WhenAny(reached.Task, Load.Ended);
            if (!reached.Task.IsCompleted || !Load.IsRunning) return false;
            await act();
            return true;
        }
        finally
        {
            proxy.Watch = null;
            release.SetResult();
        }
    }

    /// <summary>As <see cref="AtAsync(ProxyPoint, Func{Task})"/>, at some point of a batch's way; gives how often it happened.</summary>
    public async Task<int> SomewhereAsync(Func<Task> act) => await AtAsync(SomePoint(), act) ? 1 : 0;

    /// <summary>Ends a lane's connection where it passes a point; gives how often.</summary>
    public async Task<int> CutAsync(ProxyPoint point, LinkEnding ending)
    {
        var left = point == ProxyPoint.Startup ? Random.Next(1, 3) : Random.Next(1, 8);
        var cut = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        proxy.Watch = passage =>
        {
            if (!Is(passage, point) || Interlocked.Decrement(ref left) != 0) return new(Verdict.Pass);
            cut.SetResult();
            return new(Verdict.Before(ending));
        };
        await Task.WhenAny(cut.Task, Load.Ended);
        proxy.Watch = null;
        return cut.Task.IsCompleted ? 1 : 0;
    }

    /// <summary>Whether something has happened to this load already.</summary>
    public bool HasFaults => active.Count > 0;

    /// <summary>A point that every lane passes.</summary>
    public ProxyPoint SomePoint() => (ProxyPoint[])[ProxyPoint.CopyData, ProxyPoint.Copied, ProxyPoint.Commit, ProxyPoint.Committed] is var points
        ? points[Random.Next(points.Length)]
        : default;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Load?.Dispose();
        await proxy.DisposeAsync();
        await Scene.DisposeAsync();
    }

    private static bool Is(Passage passage, ProxyPoint point) => passage.Point == point && (passage.IsLane || point == ProxyPoint.Startup);

    private async Task<FaultReport> ExecuteAsync(IReadOnlyList<Fault> faults)
    {
        var injected = new int[faults.Count];
        isAlone = faults.Count == 1;
        foreach (var fault in faults) await fault.PrepareAsync(this);
        Start(isResume: false, faults);
        for (var i = 0; i < faults.Count && !hasSucceeded; i++)
        {
            if (!Load.IsRunning || active.Any(f => f.MustEnd))
            {
                await EndAsync();
                if (hasSucceeded) break;
                Start(isResume: true, []);
            }
            injected[i] = await faults[i].InjectAsync(this);
            if (injected[i] > 0) active.Add(faults[i]);
        }
        await EndAsync();
        for (var resumes = 0; !hasSucceeded && resumes < MostResumes; resumes++)
        {
            Start(isResume: true, []);
            await EndAsync();
        }
        proxy.CloseSilent();
        var verification = await Scene.VerifyAsync(faults.Any(f => f.Crashes));
        return new(injected, verification, check.Problems, check.Ends, check.PeakMemory);
    }

    private void Start(bool isResume, IReadOnlyList<Fault> faults)
    {
        Load?.Dispose();
        string[] arguments =
        [
            .. Scene.Arguments(Random.Next(1, 5), Scene.Shape.IsLarge ? 2000 : 500),
            "--max-rejects", "100%", "--max-retries", $"{maxRetries}", "--command-timeout", Scene.Shape.IsLarge ? "4" : "2", "--reconnect-window", "30", "--log-level", Random.Next(2) == 0 ? "debug" : "info",
            .. faults.SelectMany(f => f.Options),
            .. isResume ? (string[])["--resume"] : [],
        ];
        Load = IngestProcess.Load(FaultCluster.LoaderDsn(Scene, proxy.Port), string.Concat(faults.Select(f => f.Redirection)), arguments);
    }

    /// <summary>Waits for the load's end, judges it, and makes good what was broken.</summary>
    private async Task EndAsync()
    {
        var end = await Load.EndAsync();
        hasSucceeded = check.Judge(end, active, await Load.PeakMemoryAsync(), isAlone);
        foreach (var fault in active) await fault.HealAsync(this);
        active.Clear();
    }
}

/// <summary>What came of a run.</summary>
/// <param name="Injected">How often each fault happened.</param>
/// <param name="Verification">What is in the table.</param>
/// <param name="Problems">Ends, messages or leaks that may not be.</param>
/// <param name="Ends">The exit codes of its loads.</param>
/// <param name="PeakMemory">The most memory that a load had, in bytes.</param>
internal sealed record FaultReport(
    IReadOnlyList<int> Injected, Verification Verification, IReadOnlyList<string> Problems, IReadOnlyList<int> Ends, long PeakMemory)
{
    /// <summary>Whether all is as it must be.</summary>
    public bool IsRight => Verification.IsRight && Problems.Count == 0;

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Verification}; ends {string.Join(", ", Ends)}; {PeakMemory >> 20} MB{string.Concat(Problems.Select(p => "\n  " + p))}";
}
