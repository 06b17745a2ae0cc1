using Ingest.FaultTests.Faults;
using Xunit.Abstractions;

namespace Ingest.FaultTests;

/// <summary>Faults of the loader's file.</summary>
public sealed class FaultySourceTests(SharedCluster shared, ITestOutputHelper log) : FaultTheory(shared, log), IClassFixture<SharedCluster>
{
    public static TheoryData<string> Cases => Names(SourceFaults.All);

    [SkippableTheory]
    [MemberData(nameof(Cases))]
    public Task A_file_that_changes_while_it_is_read_is_not_loaded_by_half_a_record(string fault) => HoldsAsync(fault);
}
