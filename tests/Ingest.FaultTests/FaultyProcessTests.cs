using Ingest.FaultTests.Faults;
using Xunit.Abstractions;

namespace Ingest.FaultTests;

/// <summary>Faults of the loader's process and its disk.</summary>
public sealed class FaultyProcessTests(SharedCluster shared, ITestOutputHelper log) : FaultTheory(shared, log), IClassFixture<SharedCluster>
{
    public static TheoryData<string> Process => Names(ProcessFaults.All);

    public static TheoryData<string> Space => Names(SpaceFaults.All);

    [SkippableTheory]
    [MemberData(nameof(Process))]
    public Task A_load_that_is_killed_or_told_to_stop_or_put_to_sleep_is_finished_exactly_by_a_resume(string fault) => HoldsAsync(fault);

    [SkippableTheory]
    [MemberData(nameof(Space))]
    public Task A_full_disk_costs_no_row(string fault) => HoldsAsync(fault);
}
