using Ingest.Benchmarks.Race.Contenders;

namespace Ingest.Benchmarks.Race;

/// <summary>One clocked run: the table is brought to its start state, the clock runs, the table's content is compared with the files'.</summary>
/// <param name="ground">Where it happens.</param>
/// <param name="table">The target.</param>
/// <param name="meter">The clock.</param>
internal sealed class Clocked(Ground ground, TargetTable table, CommandMeter meter)
{
    /// <summary>Runs a contender once.</summary>
    /// <exception cref="RaceException">It failed, or the table does not hold the rows of the files, each once.</exception>
    public async Task<Measurement> RunAsync(Contender contender, Heat heat, CancellationToken cancellationToken)
    {
        var expected = await ground.Reference.DigestAsync(heat.Workload, heat.Work.ChangedPercent, cancellationToken);
        var commands = await contender.CommandsAsync(heat, ground, cancellationToken);
        await table.PrepareAsync(heat.Workload, heat.Work, cancellationToken);
        Disk.Settle();
        InputFiles.Warm(commands.SelectMany(c => c.Inputs));
        // After the files, whose way into the cache would take what was touched.
        FreeMemory.Touch();
        var took = await meter.RunAsync(commands, cancellationToken);
        var left = await ground.Server.DigestAsync(TargetTable.Name, cancellationToken);
        return left == expected ? took : throw new RaceException($"the table has {left} instead of {expected}");
    }
}
