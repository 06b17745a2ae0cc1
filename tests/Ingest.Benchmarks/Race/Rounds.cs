using Ingest.Benchmarks.Race.Contenders;

namespace Ingest.Benchmarks.Race;

/// <summary>Holds a heat: every contender in each round, each round begun by another one.</summary>
/// <param name="clocked">Runs one contender.</param>
/// <param name="rounds">How many rounds.</param>
internal sealed class Rounds(Clocked clocked, int rounds)
{
    /// <summary>
    /// Measures the contenders. One that fails, or leaves other rows in the table than the files have, is out of the
    /// heat, and its result says why.
    /// </summary>
    public async Task<IReadOnlyList<HeatResult>> RunAsync(Heat heat, IReadOnlyList<Contender> contenders, CancellationToken cancellationToken)
    {
        var samples = contenders.ToDictionary(c => c, _ => new List<Measurement>());
        var failures = new Dictionary<Contender, string>();
        for (var turn = 0; turn < rounds * contenders.Count; turn++)
        {
            var (round, place) = Math.DivRem(turn, contenders.Count);
            var contender = contenders[(place + round) % contenders.Count];
            if (failures.ContainsKey(contender)) continue;
            try
            {
                var took = await clocked.RunAsync(contender, heat, cancellationToken);
                samples[contender].Add(took);
                Progress.Say($"{heat}, {contender.Name}: {took.Seconds:F2} s, {took.CpuSeconds:F2} s of CPU, {took.PeakMegabytes:F0} MB");
            }
            catch (RaceException e)
            {
                failures[contender] = e.Message;
                Progress.Say($"{heat}, {contender.Name}: {e.Message}");
            }
        }
        return
        [
            .. contenders.Select(c => new HeatResult(
                heat.Workload.Name, heat.Work.Name, c.Name, heat.Workload.Rows, samples[c], failures.GetValueOrDefault(c))),
        ];
    }
}
