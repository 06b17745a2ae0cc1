using Ingest.FaultTests.Faults;
using Xunit.Abstractions;

namespace Ingest.FaultTests;

/// <summary>What holds for every fault: a load that it happens to loses and doubles nothing, and ends as documented.</summary>
public abstract class FaultTheory(SharedCluster shared, ITestOutputHelper log)
{
    /// <summary>How often a fault is tried that comes too late for the load on this machine.</summary>
    private const int MostTries = 5;

    /// <summary>The names of faults, for a theory; those that take half a minute are the soak's.</summary>
    private protected static TheoryData<string> Names(params IEnumerable<Fault> faults) => [.. faults.Where(f => !f.TakesLong).Select(f => f.Name)];

    /// <summary>Lets a fault happen to an append or an upsert, as the seed has it; one that decides over exactly once, to both, in short batches and in long ones.</summary>
    private protected async Task HoldsAsync(string name)
    {
        var fault = Catalog.Find(name);
        bool[] modes = fault.NeedsRows ? [true] : fault.IsDecisive ? [false, true] : [(FaultSeed.Value ^ name.Length) % 2 == 0];
        bool[] lengths = fault.IsDecisive ? [false, true] : [(FaultSeed.Value ^ name.Length) / 2 % 2 == 0];
        foreach (var isUpsert in modes)
        {
            foreach (var isLong in lengths)
            {
                var happened = false;
                for (var attempt = 0; attempt < MostTries && !happened; attempt++)
                    happened = (await RunAsync([fault], isUpsert, FaultSeed.Value + attempt, isLong)).Injected[0] > 0;
                Assert.True(happened, $"seed {FaultSeed.Value}: it did not happen");
            }
        }
    }

    /// <summary>Lets faults happen to one load, one after the other.</summary>
    private protected async Task<FaultReport> RunAsync(IReadOnlyList<Fault> faults, bool isUpsert, int seed, bool? isLong = null)
    {
        var cluster = await shared.GetAsync();
        var obstacle = faults.Select(f => f.Obstacle(cluster)).FirstOrDefault(o => o is not null);
        Skip.If(obstacle is not null, obstacle);
        var report = await FaultRun.ExecuteAsync(cluster, faults, isUpsert, new Random(seed), isLong);
        var what = $"{string.Join(" + ", faults)}, {(isUpsert ? "upsert" : "append")}, seed {seed}: {report}";
        log.WriteLine(what);
        Assert.True(report.IsRight, what);
        return report;
    }
}
