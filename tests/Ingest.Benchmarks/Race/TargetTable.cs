using Ingest.Benchmarks.Data;

namespace Ingest.Benchmarks.Race;

/// <summary>The table that every contender loads into, one after the other.</summary>
/// <param name="server">Where it is.</param>
/// <param name="files">Where the rows of a filled table come from.</param>
internal sealed class TargetTable(RaceServer server, InputFiles files)
{
    /// <summary>The table's name.</summary>
    public const string Name = "race_target";

    // The rows of a filled table; copying them within the server costs less than loading them again.
    private const string Filling = "race_filling";

    private Workload? filled;

    /// <summary>Brings the table to a work's start state, with nothing left that the server would still have to write.</summary>
    public async Task PrepareAsync(Workload workload, Work work, CancellationToken cancellationToken)
    {
        if (work.Filled && filled != workload)
        {
            await ForgetAsync(cancellationToken);
            await server.ExecuteAsync([workload.Dataset.TableDdl(Filling), $"ALTER TABLE {Filling} SET UNLOGGED"], cancellationToken);
            await server.FillAsync(Filling, files.Whole(workload, 0), cancellationToken);
            filled = workload;
        }
        await server.ExecuteAsync(Statements(workload.Dataset, work), cancellationToken);
    }

    /// <summary>Drops the rows that are kept for a workload.</summary>
    public async Task ForgetAsync(CancellationToken cancellationToken)
    {
        filled = null;
        await server.ExecuteAsync([$"DROP TABLE IF EXISTS {Filling}"], cancellationToken);
    }

    private static IEnumerable<string> Statements(Dataset dataset, Work work)
    {
        yield return $"DROP TABLE IF EXISTS {Name}";
        yield return dataset.TableDdl(Name);
        // An index is built at once on rows that are there: quicker, and the same for all.
        if (work.Filled) yield return $"INSERT INTO {Name} SELECT * FROM {Filling}";
        if (work.Keyed)
        {
            yield return dataset.KeyDdl(Name);
            foreach (var statement in dataset.IndexDdl(Name)) yield return statement;
        }
        yield return $"VACUUM (ANALYZE) {Name}";
        yield return "CHECKPOINT";
    }
}
