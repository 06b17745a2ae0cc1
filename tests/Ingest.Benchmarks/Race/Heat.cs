namespace Ingest.Benchmarks.Race;

/// <summary>One work on one workload: what contenders are compared on.</summary>
internal sealed record Heat(Workload Workload, Work Work)
{
    /// <summary>The name in progress lines.</summary>
    public override string ToString() => $"{Workload.Name}, {Work.Name}";
}
