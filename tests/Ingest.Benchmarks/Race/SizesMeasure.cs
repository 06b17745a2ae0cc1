namespace Ingest.Benchmarks.Race;

/// <summary>Rows per second and peak memory of our own upsert into an empty table, by the number of narrow rows.</summary>
internal static class SizesMeasure
{
    /// <summary>The name on the command line.</summary>
    public const string Name = "sizes";

    private const long Least = 500_000;

    private const long Most = 20_000_000;

    /// <summary>How often a round loads a size that takes less than a second: one such load tells little.</summary>
    private const int LoadsOfLeast = 5;

    /// <summary>Measures each size in each round.</summary>
    /// <exception cref="RaceException">A load failed.</exception>
    public static async Task<IReadOnlyList<HeatResult>> RunAsync(Clocked clocked, Lineup lineup, RaceOptions options, CancellationToken cancellationToken)
    {
        long[] sizes = [Least, options.Rows, .. options.Long ? [Most] : Array.Empty<long>()];
        var heats = sizes.Distinct().Order().Select(rows => new Heat(Workload.Narrow(rows), Work.Upsert)).ToArray();
        var samples = heats.ToDictionary(h => h, _ => new List<Measurement>());
        for (var round = 0; round < options.Rounds; round++)
        {
            foreach (var heat in heats.SelectMany(h => Enumerable.Repeat(h, h.Workload.Rows == Least ? LoadsOfLeast : 1)))
            {
                var took = await clocked.RunAsync(lineup.Ingest, heat, cancellationToken);
                samples[heat].Add(took);
                Progress.Say($"{Name}, {heat.Workload.Rows} rows: {heat.Workload.Rows / took.Seconds:F0} rows/s, {took.PeakMegabytes:F0} MB");
            }
        }
        return [.. heats.Select(h => new HeatResult(h.Workload.Name, h.Work.Name, lineup.Ingest.Name, h.Workload.Rows, samples[h], null))];
    }
}
