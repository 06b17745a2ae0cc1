namespace Ingest.Benchmarks.Race.Report;

/// <summary>Our own time by the others'.</summary>
internal static class Ratios
{
    /// <summary>Sets <see cref="HeatResult.Ratio"/>, where both sides came to the end.</summary>
    /// <param name="results">All results of a race.</param>
    /// <param name="ingest">The name of our own contender.</param>
    public static IReadOnlyList<HeatResult> Set(IReadOnlyList<HeatResult> results, string ingest)
    {
        var ours = results.Where(r => r.Contender == ingest).ToDictionary(r => (r.Workload, r.Work), r => r.Summary?.Seconds);
        return [.. results.Select(r => r.Contender == ingest ? r : r with { Ratio = ours.GetValueOrDefault((r.Workload, r.Work)) / r.Summary?.Seconds })];
    }
}
