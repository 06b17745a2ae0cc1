using System.Diagnostics;
using Ingest.FaultTests.Faults;

namespace Ingest.FaultTests;

/// <summary>Lets faults happen to load after load, alone and mixed, for as long as is asked for, and prints what came of it.</summary>
internal sealed class Soak(TextWriter output, int seed)
{
    /// <summary>Faults mostly wait, for timeouts and restarts, so several loads fit side by side, each with its own server.</summary>
    private const int Workers = 2;

    private readonly Lock gate = new();
    private readonly SortedDictionary<int, SoakLine> lines = [];
    private readonly Random random = new(seed);
    private int runs;
    private int failures;
    private long peakMemory;

    /// <summary>Runs until the time is over.</summary>
    /// <returns>The exit code: 1 when something was wrong.</returns>
    public async Task<int> RunAsync(TimeSpan duration)
    {
        output.WriteLine($"seed {seed}");
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, Workers).Select(_ => Task.Run(() => WorkAsync(clock, duration))));
        Print(clock.Elapsed);
        return failures == 0 ? 0 : 1;
    }

    private async Task WorkAsync(Stopwatch clock, TimeSpan duration)
    {
        await using var cluster = await FaultCluster.StartAsync();
        var possible = Catalog.All.Where(f => f.Obstacle(cluster) is null).ToArray();
        lock (gate)
        {
            foreach (var fault in Catalog.All.Except(possible)) output.WriteLine($"left out: {fault}: {fault.Obstacle(cluster)}");
        }
        while (clock.Elapsed < duration) await RunOnceAsync(cluster, possible);
    }

    /// <summary>One load. Its choices come from a seed of its own, which replays it alone.</summary>
    private async Task RunOnceAsync(FaultCluster cluster, Fault[] possible)
    {
        int runSeed;
        IReadOnlyList<Fault> faults;
        bool isUpsert;
        lock (gate)
        {
            runSeed = random.Next();
            (faults, isUpsert) = Choose(possible, new Random(runSeed));
        }
        FaultReport report;
        try
        {
            report = await FaultRun.ExecuteAsync(cluster, faults, isUpsert, new Random(runSeed));
        }
        catch (Exception e)
        {
            // The soak goes on, and tells of it at its end.
            report = new(new int[faults.Count], new(0, 0, 0, 0, [$"{e}"]), [], [], 0);
        }
        lock (gate) Note(report, faults, isUpsert, runSeed);
    }

    private void Note(FaultReport report, IReadOnlyList<Fault> faults, bool isUpsert, int runSeed)
    {
        runs++;
        peakMemory = Math.Max(peakMemory, report.PeakMemory);
        for (var i = 0; i < faults.Count; i++) LineOf(faults[i]).Add(report, report.Injected[i]);
        if (report.IsRight) return;
        failures++;
        output.WriteLine($"WRONG: run {runs} (seed {runSeed}, {(isUpsert ? "upsert" : "append")}): {string.Join(" + ", faults)}: {report}");
    }

    private (IReadOnlyList<Fault> Faults, bool IsUpsert) Choose(Fault[] possible, Random choice)
    {
        // The one that had its turn least often comes first, so that all have theirs.
        var first = possible.OrderBy(f => LineOf(f).Injected).ThenBy(_ => choice.Next()).First();
        if (!first.Mixes) return ([first], first.NeedsRows || choice.Next(2) == 0);
        // Two changes of one file would undo each other.
        var others = possible.Where(f => f.Mixes && f != first && !f.NeedsLargeFile).OrderBy(_ => choice.Next()).Take(choice.Next(5));
        Fault[] faults = [first, .. others];
        return (faults, faults.Any(f => f.NeedsRows) || choice.Next(2) == 0);
    }

    private SoakLine LineOf(Fault fault)
    {
        var place = Catalog.All.TakeWhile(f => f != fault).Count();
        if (!lines.TryGetValue(place, out var line)) lines.Add(place, line = new(fault.Name));
        return line;
    }

    private void Print(TimeSpan elapsed)
    {
        output.WriteLine();
        output.WriteLine("| fault | injected | runs | rows expected | rows found | doubled | lost | verdict |");
        output.WriteLine("| --- | ---: | ---: | ---: | ---: | ---: | ---: | --- |");
        foreach (var line in lines.Values) output.WriteLine(line.ToString());
        output.WriteLine();
        output.WriteLine($"{lines.Values.Sum(l => l.Injected)} faults in {runs} runs, {elapsed.TotalMinutes:0.0} minutes, seed {seed}; peak memory of the loader {peakMemory >> 20} MB; "
            + (failures == 0 ? "nothing lost, nothing doubled, nothing wrong" : $"{failures} {(failures == 1 ? "run" : "runs")} WRONG"));
    }
}

/// <summary>What came of the runs with one fault; a run with several counts for each.</summary>
internal sealed class SoakLine(string name)
{
    private int runs;
    private int wrong;
    private long expected;
    private long found;
    private long doubled;
    private long lost;

    /// <summary>How often it happened.</summary>
    public int Injected { get; private set; }

    /// <summary>Adds a run.</summary>
    public void Add(FaultReport report, int injected)
    {
        Injected += injected;
        runs++;
        if (!report.IsRight) wrong++;
        expected += report.Verification.Expected;
        found += report.Verification.Found;
        doubled += report.Verification.Doubled;
        lost += report.Verification.Lost;
    }

    /// <inheritdoc/>
    public override string ToString() =>
        $"| {name} | {Injected} | {runs} | {expected} | {found} | {doubled} | {lost} | {Verdict} |";

    private string Verdict => wrong > 0 ? $"{wrong} WRONG" : Injected == 0 ? "not reached" : "ok";
}
