using System.Runtime.CompilerServices;
using Ingest.Manifest;
using Ingest.Postgres;
using Npgsql;

namespace Ingest.Lanes;

/// <summary>
/// One attempt to apply a batch: rows, rejects and watermark in one transaction. Nothing is kept between attempts, so
/// that the next one can start from the batch alone.
/// </summary>
internal sealed class BatchTransaction(LaneContext context, int lane, LaneSession session, BatchFiller filler, Batch batch)
{
    private readonly StageSql sql = batch.File.Sql;
    private readonly LoadPolicy policy = batch.File.Policy;
    private readonly BatchRejects rejects = new(batch, context.Rejects);

    /// <summary>The rows in the stage, by their number in the batch; filled only once some row was left out.</summary>
    private List<int>? staged;

    private LoadCounts counts;

    /// <summary>Applies the batch, filling it as it goes, and commits.</summary>
    /// <param name="direct">Whether to try a COPY straight into the target.</param>
    /// <param name="way">How to merge staged rows.</param>
    /// <param name="beforeCommit">Is told the outcome when only the COMMIT is left: a failure after it leaves the COMMIT in doubt.</param>
    /// <param name="cancellationToken">Gives up; nothing is committed then.</param>
    public async Task ApplyAsync(bool direct, MergeWay way, Action<BatchOutcome> beforeCommit, CancellationToken cancellationToken)
    {
        await session.BeginAsync(sql, policy, cancellationToken);
        var wasDirect = direct && await CopyDirectAsync(cancellationToken);
        if (!wasDirect) await StageAndMergeAsync(way, cancellationToken);
        if (batch.Rows > 0) await CheckTargetAsync(cancellationToken);
        rejects.AddUnconverted();
        counts += new LoadCounts { Read = rejects.Count, Rejected = rejects.Count };

        // A resume reads again what another lane lacks; until it passes this lane's watermark, that stays where it is.
        var before = batch.File[lane];
        var (record, restart) = batch.LastRecord > before.Record || batch.EndsFile ? (batch.LastRecord, batch.Restart) : (before.Record, before.Restart);
        var mark = new Watermark(record, restart, before.Counts + counts);
        context.Rejects.Check(batch.File.Name, rejects.All);
        await context.Ledger.WriteRejectsAsync(session.Connection, batch.File.Entry, rejects.All, cancellationToken);
        await context.Ledger.WriteWatermarksAsync(session.Connection, lane, [(batch.File.Entry, mark)], cancellationToken);
        beforeCommit(new(mark, counts, wasDirect, direct && !wasDirect));
        await session.CommitAsync(cancellationToken);
    }

    /// <summary>An ALTER TABLE between two batches may have made int4 a float4: COPY would store the same bytes as another value.</summary>
    private async Task CheckTargetAsync(CancellationToken cancellationToken)
    {
        if (sql.Planned is not { } planned) return;
        if (!await session.Connection.ScalarAsync<bool>(StageSql.IsAsPlanned, planned, cancellationToken))
            throw LaneErrors.TargetChanged(batch);
    }

    /// <summary>Copies straight into the target; false when the server refused a row, and nothing of it is left.</summary>
    private async Task<bool> CopyDirectAsync(CancellationToken cancellationToken)
    {
        if (await TryAsync(cancel => session.CopyAsync(sql.CopyToTarget, SliceBytes(policy.HasKey, cancel), cancel), cancellationToken) is not null) return false;
        counts += new LoadCounts { Read = batch.Rows, Inserted = batch.Rows };
        return true;
    }

    private async Task StageAndMergeAsync(MergeWay way, CancellationToken cancellationToken)
    {
        if (await TryAsync(cancel => session.CopyAsync(StageSql.CopyToStage, SliceBytes(endAtRepeat: false, cancel), cancel), cancellationToken) is not null)
        {
            staged = [];
            await Halving.RunAsync(0, batch.Rows, CopyRangeAsync, (index, error, _) =>
            {
                rejects.AddRow(index, sql.ColumnAtFault(error), error);
                return Task.CompletedTask;
            }, cancellationToken);
        }
        if (batch.Rows == 0) return;
        if (policy.OnDuplicate != OnDuplicate.Last) await RemoveRepeatedAsync(cancellationToken);
        await MergeAsync(way, cancellationToken);

        // A COPY whose end is cut off is taken as complete by the server, so what arrived is counted.
        if (counts.Read + rejects.Count != batch.Rows)
            throw LaneErrors.LostRows(batch.File.Name, batch.Rows, counts.Read + rejects.Count);
    }

    private async Task<PostgresException?> CopyRangeAsync(int first, int last, CancellationToken cancellationToken)
    {
        var failed = await TryAsync(cancel => session.CopyAsync(StageSql.CopyToStage, RangeBytes(first, last), cancel), cancellationToken);
        if (failed is null) staged!.AddRange(Enumerable.Range(first, last - first));
        return failed;
    }

    private async Task MergeAsync(MergeWay way, CancellationToken cancellationToken)
    {
        var mayRepeat = batch.MayRepeat && policy.OnDuplicate == OnDuplicate.Last;
        if (way != MergeWay.Insert && !mayRepeat && sql.CanMatch && await TryMatchAsync(way, cancellationToken)) return;
        if (await TryMergeAsync(sql.MergeAll(mayRepeat), cancellationToken) is null) return;

        var tids = await TidsAsync(cancellationToken);
        await Halving.RunAsync(
            0,
            tids.Count,
            (first, last, cancel) => TryMergeAsync(
                sql.MergeRange(mayRepeat, tids[first], EndTid(tids, last)), cancel),
            async (index, error, cancel) => rejects.AddRow(RowAt(index), await ColumnAtFaultAsync(tids[index], error, cancel), error),
            cancellationToken);
    }

    /// <summary>The column that a staged row was refused for, or null. The server does not name the one whose text it could not read, so each is read alone.</summary>
    private async Task<string?> ColumnAtFaultAsync(string tid, PostgresException error, CancellationToken cancellationToken)
    {
        if (sql.ColumnAtFault(error) is { } named) return named;
        foreach (var (column, read) in sql.ReadCasts(tid))
        {
            var failed = await TryAsync(cancel => session.Connection.ExecuteAsync(read, [], cancel), cancellationToken);
            if (failed?.SqlState == error.SqlState) return column;
        }
        return null;
    }

    /// <summary>Merges by looking rows up first; false when the server refused one, and nothing of it is left.</summary>
    private async Task<bool> TryMatchAsync(MergeWay way, CancellationToken cancellationToken)
    {
        var merged = default(MergeCounts);
        var failed = await TryAsync(
            async cancel =>
            {
                merged = way == MergeWay.Update ? await MergeCountsAsync(sql.UpdateChanged, cancel) : default;
                if (way == MergeWay.Update && merged.Updated == merged.Staged) return;
                // What was just updated is equal now and left out.
                var missing = await MergeCountsAsync(sql.MergeMissing, cancel);
                merged = missing with { Updated = missing.Updated + merged.Updated };
            },
            cancellationToken);
        if (failed is null) counts += merged.ToLoadCounts(policy.Mode);
        return failed is null;
    }

    private async Task<PostgresException?> TryMergeAsync(string merge, CancellationToken cancellationToken)
    {
        var merged = default(MergeCounts);
        var failed = await TryAsync(async cancel => merged = await MergeCountsAsync(merge, cancel), cancellationToken);
        if (failed is null) counts += merged.ToLoadCounts(policy.Mode);
        return failed;
    }

    private async Task<MergeCounts> MergeCountsAsync(string merge, CancellationToken cancellationToken) =>
        (await session.Connection.QueryAsync(
            merge, [], r => new MergeCounts(r.GetInt64(0), r.GetInt64(1), r.GetInt64(2), r.GetInt64(3)), cancellationToken))[0];

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
        HashSet<string> removed = [];
        var failed = await TryAsync(
            async cancel => removed.UnionWith(await session.Connection.QueryAsync(
                sql.RemoveRepeated(context.ManifestSchema, batch.File.Entry.Id), [], r => r.GetString(0), cancel)),
            cancellationToken);
        if (failed is not null || removed.Count == 0) return failed;

        var kept = new List<int>();
        for (var i = 0; i < tids.Count; i++)
        {
            if (!removed.Contains(tids[i])) kept.Add(RowAt(i));
            else if (policy.OnDuplicate == OnDuplicate.First) counts += new LoadCounts { Read = 1, Superseded = 1 };
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
            (first, last, cancel) => TryAsync(
                c => session.Connection.ExecuteAsync(sql.RememberKeys(context.ManifestSchema, batch.File.Entry.Id, tids[first], EndTid(tids, last)), [], c), cancel, keep: false),
            async (index, error, cancel) =>
            {
                bad.Add(index);
                rejects.AddRow(RowAt(index), await ColumnAtFaultAsync(tids[index], error, cancel), error);
            },
            cancellationToken);
        await session.Connection.ExecuteAsync(StageSql.Unstage, [bad.Select(i => tids[i]).ToArray()], cancellationToken);
        staged = [.. Enumerable.Range(0, tids.Count).Where(i => !bad.Contains(i)).Select(RowAt)];
    }

    /// <summary>Does something of which nothing is left when the server refuses a value, or when it is not to be kept.</summary>
    private async Task<PostgresException?> TryAsync(Func<CancellationToken, Task> action, CancellationToken cancellationToken, bool keep = true)
    {
        await session.SaveAsync(cancellationToken);
        try
        {
            await action(cancellationToken);
        }
        catch (PostgresException e) when (SqlState.IsDataError(e))
        {
            await session.RollbackToAsync(cancellationToken);
            return e;
        }
        await (keep ? session.ReleaseAsync(cancellationToken) : session.RollbackToAsync(cancellationToken));
        return null;
    }

    /// <summary>The number in the batch of a row by its number in the stage.</summary>
    private int RowAt(int index) => staged is null ? index : staged[index];

    private static string EndTid(List<string> tids, int last) => last == tids.Count ? StageSql.LastTid : tids[last];

    private Task<List<string>> TidsAsync(CancellationToken cancellationToken) =>
        session.Connection.QueryAsync(StageSql.StagedTids, [], r => r.GetString(0), cancellationToken);

    /// <summary>The batch's rows: those that it has, then those that come, until it is closed.</summary>
    private async IAsyncEnumerable<ReadOnlyMemory<byte>> SliceBytes(
        bool endAtRepeat, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var i = 0; i < batch.Slices.Count; i++)
        {
            foreach (var bytes in batch.Slices[i].Bytes) yield return bytes;
        }
        while (await filler.FillAsync(batch, endAtRepeat, cancellationToken) is { } slice)
        {
            foreach (var bytes in slice.Bytes) yield return bytes;
        }
    }

    private async IAsyncEnumerable<ReadOnlyMemory<byte>> RangeBytes(int first, int last)
    {
        var index = 0;
        foreach (var slice in batch.Slices)
        {
            var from = Math.Max(first - index, 0);
            var to = Math.Min(last - index, slice.RowCount);
            index += slice.RowCount;
            if (from >= to) continue;
            foreach (var bytes in slice.Segment.BytesOf(slice.FirstRow + from, slice.FirstRow + to)) yield return bytes;
        }
        await Task.CompletedTask;
    }
}

/// <summary>How an attempt ended that committed.</summary>
/// <param name="Mark">The lane's new watermark.</param>
/// <param name="Counts">What became of the batch's records.</param>
/// <param name="WasDirect">Whether the rows were copied straight into the target.</param>
/// <param name="DirectFailed">Whether that was tried and refused.</param>
internal readonly record struct BatchOutcome(Watermark Mark, LoadCounts Counts, bool WasDirect, bool DirectFailed);
