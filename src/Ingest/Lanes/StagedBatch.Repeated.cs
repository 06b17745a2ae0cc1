using Ingest.Manifest;
using Ingest.Postgres;
using Npgsql;

namespace Ingest.Lanes;

/// <summary>The ways of treating repeated keys other than "last": the file's keys are remembered in a table, from batch to batch.</summary>
internal sealed partial class StagedBatch
{
    /// <summary>Rows that come after the first of their key, by their number in the batch.</summary>
    private readonly List<(int Row, FirstOfKey First)> superseded = [];

    /// <summary>The places of the rows that the merge was refused for.</summary>
    private readonly HashSet<string> refused = [];

    /// <summary>Takes out of the stage what the file had before: the ways of treating duplicates other than "last".</summary>
    private async Task RemoveRepeatedAsync(CancellationToken cancellationToken)
    {
        if (await TryRemoveRepeatedAsync(cancellationToken) is null) return;
        await RemoveBadKeysAsync(cancellationToken);
        if (await TryRemoveRepeatedAsync(cancellationToken) is { } error) throw error;
    }

    private async Task<PostgresException?> TryRemoveRepeatedAsync(CancellationToken cancellationToken)
    {
        var tids = await TidsAsync(cancellationToken);
        Dictionary<string, FirstOfKey> removed = [];
        var failed = await TryReadingAsync(
            async cancel => removed = (await session.Connection.QueryAsync(
                sql.RemoveRepeated(context.ManifestSchema, batch.File.Entry.Id), [],
                r => (Place: r.GetString(0), First: new FirstOfKey(r.IsDBNull(1) ? null : r.GetString(1), r.GetBoolean(2))), cancel)).ToDictionary(r => r.Place, r => r.First),
            cancellationToken);
        if (failed is not null || removed.Count == 0) return failed;

        var kept = new List<int>();
        for (var i = 0; i < tids.Count; i++)
        {
            if (!removed.TryGetValue(tids[i], out var first)) kept.Add(RowAt(i));
            else if (policy.OnDuplicate == OnDuplicate.First) superseded.Add((RowAt(i), first));
            else if (policy.OnDuplicate == OnDuplicate.Reject) rejects.AddRow(RowAt(i), null, "duplicate_key", "the file had a record with this key before");
            else throw LaneErrors.DuplicateKey(batch.File.Name, rejects.Describe(RowAt(i), null, "", ""));
        }
        staged = kept;
        return null;
    }

    /// <summary>Takes out of the stage the rows whose key the server cannot read: keys that were staged as text.</summary>
    private async Task RemoveBadKeysAsync(CancellationToken cancellationToken)
    {
        var tids = await TidsAsync(cancellationToken);
        var bad = new HashSet<int>();
        await Halving.RunAsync(
            0,
            tids.Count,
            (first, last, cancel) => TryReadingAsync(
                c => RememberKeysAsync(new(tids[first], EndTid(tids, last)), c), cancel, keep: () => false),
            async (index, error, cancel) =>
            {
                bad.Add(index);
                await RejectAsync(index, tids[index], error, cancel);
            },
            cancellationToken);
        await session.Connection.ExecuteAsync(StageSql.Unstage, [bad.Select(i => tids[i]).ToArray()], cancellationToken);
        staged = [.. Enumerable.Range(0, tids.Count).Where(i => !bad.Contains(i)).Select(RowAt)];
    }

    private Task<int> RememberKeysAsync(StageRange range, CancellationToken cancellationToken) => session.Connection.ExecuteAsync(
        sql.RememberKeys(context.ManifestSchema, batch.File.Entry.Id, range), range.Values, cancellationToken);

    /// <summary>
    /// Settles what the first record of a key has superseded: where the server refused that one, in this batch or an earlier
    /// one, the others are rejects with it, so that how a file is cut into batches decides nothing.
    /// </summary>
    private async Task SupersedeAsync(CancellationToken cancellationToken)
    {
        foreach (var (row, first) in superseded)
        {
            if (first.WasRefused || (first.Place is { } place && refused.Contains(place)))
                rejects.AddRow(row, null, "first_refused", "the first record with this key was refused");
            else
                counts[0] += new LoadCounts { Read = 1, Superseded = 1 };
        }
        if (refused.Count > 0)
            await session.Connection.ExecuteAsync(sql.RefuseKeys(context.ManifestSchema, batch.File.Entry.Id), [refused.ToArray()], cancellationToken);
    }

    /// <summary>The first record of a key.</summary>
    /// <param name="Place">Its place in the stage, or null when an earlier batch had it.</param>
    /// <param name="WasRefused">Whether the server refused it there.</param>
    private readonly record struct FirstOfKey(string? Place, bool WasRefused);
}
