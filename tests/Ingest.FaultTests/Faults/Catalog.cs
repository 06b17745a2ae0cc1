namespace Ingest.FaultTests.Faults;

/// <summary>Every fault.</summary>
internal static class Catalog
{
    /// <summary>In the order of the tables.</summary>
    public static IReadOnlyList<Fault> All { get; } =
    [
        .. ProcessFaults.All, .. LinkFaults.All, .. ServerFaults.All, .. LockFaults.All, .. SpaceFaults.All, .. SourceFaults.All, .. TargetFaults.All,
    ];

    /// <summary>The fault of a name.</summary>
    public static Fault Find(string name) => All.First(f => f.Name == name);
}
