using Ingest.FaultTests.Faults;
using Xunit.Abstractions;

namespace Ingest.FaultTests;

/// <summary>Each fault alone, then the mixed ones: every record is there once, whatever broke.</summary>
public sealed class EachFaultTests(SharedCluster shared, ITestOutputHelper log) : IClassFixture<SharedCluster>
{
    public static TheoryData<string, bool> Cases
    {
        get
        {
            var cases = new TheoryData<string, bool>();
            foreach (var fault in Catalog.All)
            {
                cases.Add(fault.Name, true);
                if (!fault.NeedsRows) cases.Add(fault.Name, false);
            }
            return cases;
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Cases))]
    public async Task A_fault_loses_and_doubles_nothing(string name, bool isUpsert)
    {
        var fault = Catalog.Find(name);
        var cluster = await shared.GetAsync();
        var obstacle = fault.Obstacle(cluster);
        Skip.If(obstacle is not null, obstacle);
        var seed = shared.Seed;
        log.WriteLine($"seed {seed}");

        var report = await FaultRun.ExecuteAsync(cluster, [fault], isUpsert, new Random(seed));

        log.WriteLine(report.ToString());
        Assert.True(report.IsRight, $"seed {seed}: {report}");
        Assert.True(report.Injected[0] > 0, $"seed {seed}: it did not happen");
    }
}
