using Ingest.Plan;
using Ingest.Postgres;
using Ingest.Telemetry;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ingest.Benchmarks.Race;

/// <summary>Bytes of managed memory that the library allocates for each row of a narrow upsert into an empty table.</summary>
internal static class AllocationMeasure
{
    /// <summary>The name on the command line.</summary>
    public const string Name = "allocation";

    private const long WarmUpRows = 1000;

    /// <summary>Loads in this process, counting what it allocates.</summary>
    /// <exception cref="RaceException">A load failed.</exception>
    public static async Task<AllocationResult> RunAsync(Ground ground, TargetTable table, long rows, CancellationToken cancellationToken)
    {
        // What the driver and the runtime allocate once is not of the rows. The pools of buffers are: they fill in the first load.
        await LoadAsync(ground, table, WarmUpRows, cancellationToken);
        var first = await LoadAsync(ground, table, rows, cancellationToken);
        var second = await LoadAsync(ground, table, rows, cancellationToken);
        var result = new AllocationResult(rows, (double)first / rows, (double)second / rows);
        Progress.Say($"{Name}: {result.BytesPerRow:F2} bytes a row, {result.BytesPerRowAgain:F2} in a second load");
        return result;
    }

    private static async Task<long> LoadAsync(Ground ground, TargetTable table, long rows, CancellationToken cancellationToken)
    {
        var workload = Workload.Narrow(rows);
        await table.PrepareAsync(workload, Work.Upsert, cancellationToken);
        var job = new LoadJob { Files = ground.Files.Whole(workload, 0), Table = TableName.Parse(TargetTable.Name) };
        var loader = new Loader(ground.Server.Connection, NullLogger.Instance);
        var before = GC.GetTotalAllocatedBytes(precise: true);
        var loaded = await loader.RunAsync(job, new LoadProgress(), cancellationToken);
        var allocated = GC.GetTotalAllocatedBytes(precise: true) - before;
        return loaded.ExitCode == ExitCode.Success ? allocated : throw new RaceException($"{Name}: the load ended as {loaded.ExitCode}");
    }
}

/// <summary>What the library allocated.</summary>
/// <param name="Rows">The rows of the load.</param>
/// <param name="BytesPerRow">All that it allocated, divided by its rows.</param>
/// <param name="BytesPerRowAgain">The same of a second load in the process, which finds the pools of buffers filled.</param>
internal sealed record AllocationResult(long Rows, double BytesPerRow, double BytesPerRowAgain);
