using Ingest.Benchmarks.Race.Contenders;

namespace Ingest.Benchmarks.Race;

/// <summary>One clocked run: the table is brought to its start state, the clock runs, the table's content is read.</summary>
/// <param name="ground">Where it happens.</param>
/// <param name="table">The target.</param>
/// <param name="meter">The clock.</param>
internal sealed class Clocked(Ground ground, TargetTable table, CommandMeter meter)
{
    /// <summary>Runs a contender once.</summary>
    /// <returns>What it took, and the digest of the table afterwards.</returns>
    /// <exception cref="RaceException">It failed, or the table has not as many rows as it was given.</exception>
    public async Task<(Measurement Took, string Digest)> RunAsync(Contender contender, Heat heat, CancellationToken cancellationToken)
    {
        var commands = await contender.CommandsAsync(heat, ground, cancellationToken);
        await table.PrepareAsync(heat.Workload, heat.Work, cancellationToken);
        InputFiles.Warm(commands.SelectMany(c => c.Inputs));
        var took = await meter.RunAsync(commands, cancellationToken);
        var digest = await table.DigestAsync(cancellationToken);
        // Whatever the work, the table holds the workload's rows once at the end.
        if (!digest.StartsWith($"{heat.Workload.Rows} rows", StringComparison.Ordinal))
            throw new RaceException($"left {digest} in the table instead of {heat.Workload.Rows} rows");
        return (took, digest);
    }
}
