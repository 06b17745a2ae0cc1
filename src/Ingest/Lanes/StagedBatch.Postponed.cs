using Ingest.Postgres;
using Npgsql;

namespace Ingest.Lanes;

/// <content>
/// Rows of a table that refers to itself. Halving may try a row before another of the batch that it refers to, so what is
/// refused for that is tried again once the others are applied, for as long as that lets one of them in.
/// </content>
internal sealed partial class StagedBatch
{
    private readonly List<(StagedRow Row, PostgresException Error)> postponed = [];

    /// <summary>Where a key repeats, a later record of it may be applied already, and the earlier one must not come after it.</summary>
    private Task RefuseOrPostponeAsync(StagedRow row, PostgresException error, bool mayRepeat, CancellationToken cancellationToken)
    {
        if (!sql.RefersToItself(error) || (mayRepeat && policy.HasKey)) return RefuseAsync(row, error, cancellationToken);
        postponed.Add((row, error));
        return Task.CompletedTask;
    }

    private async Task RefuseAsync(StagedRow row, PostgresException error, CancellationToken cancellationToken)
    {
        refused.Add(row.Place);
        await RejectAsync(row.Index, row.Place, error, cancellationToken);
    }

    private async Task ApplyPostponedAsync(CancellationToken cancellationToken)
    {
        for (var before = int.MaxValue; postponed.Count > 0 && postponed.Count < before;)
        {
            before = postponed.Count;
            var parts = postponed.Select(p => p.Row).GroupBy(r => r.Part).Select(g => g.ToArray()).ToArray();
            postponed.Clear();
            foreach (var rows in parts)
            {
                await Halving.RunAsync(
                    0,
                    rows.Length,
                    (from, to, cancel) => TryMergeAsync(rows[0].Part, StageRange.Of([.. rows[from..to].Select(r => r.Place)]), mayRepeat: false, cancel),
                    (index, error, cancel) => RefuseOrPostponeAsync(rows[index], error, mayRepeat: false, cancel),
                    cancellationToken);
            }
        }
        foreach (var (row, error) in postponed) await RefuseAsync(row, error, cancellationToken);
    }

    /// <summary>A staged row.</summary>
    /// <param name="Part">The number of its file in the batch.</param>
    /// <param name="Index">Its number in the stage.</param>
    /// <param name="Place">Its place there.</param>
    private readonly record struct StagedRow(int Part, int Index, string Place);
}
