using Ingest.FaultTests.Faults;
using Xunit.Abstractions;

namespace Ingest.FaultTests;

/// <summary>Faults of the server, of its tables, and by others who use them; and faults of all kinds together.</summary>
public sealed class FaultyServerTests(SharedCluster shared, ITestOutputHelper log) : FaultTheory(shared, log), IClassFixture<SharedCluster>
{
    public static TheoryData<string> Server => Names(ServerFaults.All);

    public static TheoryData<string> Locks => Names(LockFaults.All);

    public static TheoryData<string> Target => Names(TargetFaults.All);

    [SkippableTheory]
    [MemberData(nameof(Server))]
    public Task A_server_that_dies_or_refuses_loses_no_row(string fault) => HoldsAsync(fault);

    [SkippableTheory]
    [MemberData(nameof(Locks))]
    public Task Others_who_work_on_the_same_rows_lose_nothing_and_cost_nothing(string fault) => HoldsAsync(fault);

    [SkippableTheory]
    [MemberData(nameof(Target))]
    public Task A_target_that_is_changed_during_the_load_ends_it_with_nothing_half_written(string fault) => HoldsAsync(fault);

    [SkippableTheory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Several_faults_in_one_load_lose_and_double_nothing(int number)
    {
        var random = new Random(FaultSeed.Value + number);
        var faults = Catalog.All.Where(f => f.Mixes && !f.NeedsLargeFile).OrderBy(_ => random.Next()).Take(3).ToArray();
        await RunAsync(faults, number % 2 == 0 || faults.Any(f => f.NeedsRows), FaultSeed.Value + number);
    }
}
