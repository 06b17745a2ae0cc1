using Ingest.FaultTests.Faults;
using Xunit.Abstractions;

namespace Ingest.FaultTests;

/// <summary>Faults on the way to the server.</summary>
public sealed class FaultyLinkTests(SharedCluster shared, ITestOutputHelper log) : FaultTheory(shared, log), IClassFixture<SharedCluster>
{
    public static TheoryData<string> Cases => Names(LinkFaults.All);

    [SkippableTheory]
    [MemberData(nameof(Cases))]
    public Task A_load_survives_a_connection_that_is_cut_or_falls_silent_or_slow(string fault) => HoldsAsync(fault);
}
