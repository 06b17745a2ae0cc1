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
    private readonly List<NewReject> rejects = [];

    /// <summary>The rows in the stage, by their number in the batch; filled only once some row was left out.</summary>
    private List<int>? staged;

    private LoadCounts counts;

    /// <summary>Applies the batch, filling it as it goes, and commits.</summary>
    /// <param name="direct">Whether to try a COPY straight into the target.</param>
    /// <param name="beforeCommit">Is told the outcome when only the COMMIT is left: a failure after it leaves the COMMIT in doubt.</param>
    /// <param name="cancellationToken">Gives up; nothing is committed then.</param>
    public async Task ApplyAsync(bool direct, Action<BatchOutcome> beforeCommit, CancellationToken cancellationToken)
    {
        await session.BeginAsync(sql, policy, cancellationToken);
        var wasDirect = direct && await CopyDirectAsync(cancellationToken);
        if (!wasDirect) await StageAndMergeAsync(cancellationToken);
        if (batch.Rows > 0) await CheckTargetAsync(cancellationToken);
        AddClientRejects();
        counts += new LoadCounts { Read = rejects.Count, Rejected = rejects.Count };

        // A resume reads again what another lane lacks; until it passes this lane's watermark, that stays where it is.
        var before = batch.File[lane];
        var (record, restart) = batch.LastRecord > before.Record || batch.EndsFile ? (batch.LastRecord, batch.Restart) : (before.Record, before.Restart);
        var mark = new Watermark(record, restart, before.Counts + counts);
        context.Rejects.Check(batch.File.Name, rejects);
        await context.Ledger.WriteRejectsAsync(session.Connection, batch.File.Entry, rejects, cancellationToken);
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
        var endAtRepeat = policy.HasKey;
        await session.SaveAsync(cancellationToken);
        try
        {
            await session.CopyAsync(sql.CopyToTarget, SliceBytes(endAtRepeat, cancellationToken), cancellationToken);
            await session.ReleaseAsync(cancellationToken);
        }
        catch (PostgresException e) when (SqlState.IsDataError(e))
        {
            await session.RollbackToAsync(cancellationToken);
            return false;
        }
        counts += new LoadCounts { Read = batch.Rows, Inserted = batch.Rows };
        return true;
    }

    private async Task StageAndMergeAsync(CancellationToken cancellationToken)
    {
        await session.SaveAsync(cancellationToken);
        try
        {
            await session.CopyAsync(StageSql.CopyToStage, SliceBytes(endAtRepeat: false, cancellationToken), cancellationToken);
            await session.ReleaseAsync(cancellationToken);
        }
        catch (PostgresException e) when (SqlState.IsDataError(e))
        {
            await session.RollbackToAsync(cancellationToken);
            staged = [];
            await Halving.RunAsync(0, batch.Rows, CopyRangeAsync, RejectRow, cancellationToken);
        }
        if (batch.Rows == 0) return;
        if (policy.OnDuplicate != OnDuplicate.Last) await RemoveRepeatedAsync(cancellationToken);
        await MergeAsync(cancellationToken);

        // A COPY whose end is cut off is taken as complete by the server, so what arrived is counted.
        if (counts.Read + rejects.Count != batch.Rows)
            throw LaneErrors.LostRows(batch.File.Name, batch.Rows, counts.Read + rejects.Count);
    }

    private async Task<PostgresException?> CopyRangeAsync(int first, int last, CancellationToken cancellationToken)
    {
        await session.SaveAsync(cancellationToken);
        try
        {
            await session.CopyAsync(StageSql.CopyToStage, RangeBytes(first, last), cancellationToken);
            await session.ReleaseAsync(cancellationToken);
            staged!.AddRange(Enumerable.Range(first, last - first));
            return null;
        }
        catch (PostgresException e) when (SqlState.IsDataError(e))
        {
            await session.RollbackToAsync(cancellationToken);
            return e;
        }
    }

    private async Task MergeAsync(CancellationToken cancellationToken)
    {
        var mayRepeat = batch.MayRepeat && policy.OnDuplicate == OnDuplicate.Last;
        if (await TryMergeAsync(sql.MergeAll(mayRepeat), cancellationToken) is null) return;

        var tids = await TidsAsync(cancellationToken);
        await Halving.RunAsync(
            0,
            tids.Count,
            (first, last, cancel) => TryMergeAsync(
                sql.MergeRange(mayRepeat, tids[first], last == tids.Count ? StageSql.LastTid : tids[last]), cancel),
            (index, error) => RejectRow(staged is null ? index : staged[index], error),
            cancellationToken);
    }

    private async Task<PostgresException?> TryMergeAsync(string merge, CancellationToken cancellationToken)
    {
        await session.SaveAsync(cancellationToken);
        try
        {
            var merged = (await session.Connection.QueryAsync(
                merge, [], r => new MergeCounts(r.GetInt64(0), r.GetInt64(1), r.GetInt64(2), r.GetInt64(3)), cancellationToken))[0];
            await session.ReleaseAsync(cancellationToken);
            counts += merged.ToLoadCounts(policy.Mode);
            return null;
        }
        catch (PostgresException e) when (SqlState.IsDataError(e))
        {
            await session.RollbackToAsync(cancellationToken);
            return e;
        }
    }

    /// <summary>Takes out of the stage what the file had before: the ways of treating duplicates other than "last".</summary>
    private async Task RemoveRepeatedAsync(CancellationToken cancellationToken)
    {
        var tids = await TidsAsync(cancellationToken);
        var removed = (await session.Connection.QueryAsync(
            sql.RemoveRepeated(context.ManifestSchema, batch.File.Entry.Id), [], r => r.GetString(0), cancellationToken)).ToHashSet();
        if (removed.Count == 0) return;
        var kept = new List<int>();
        for (var i = 0; i < tids.Count; i++)
        {
            var index = staged is null ? i : staged[i];
            if (!removed.Contains(tids[i])) kept.Add(index);
            else if (policy.OnDuplicate == OnDuplicate.First) counts += new LoadCounts { Read = 1, Superseded = 1 };
            else if (policy.OnDuplicate == OnDuplicate.Reject) rejects.Add(Describe(index, null, "duplicate_key", "the file had a record with this key before"));
            else throw LaneErrors.DuplicateKey(batch.File.Name, Describe(index, null, "", ""));
        }
        staged = kept;
    }

    private Task<List<string>> TidsAsync(CancellationToken cancellationToken) =>
        session.Connection.QueryAsync(StageSql.StagedTids, [], r => r.GetString(0), cancellationToken);

    private void RejectRow(int index, PostgresException error) =>
        rejects.Add(Describe(index, error.ColumnName, error.SqlState, LaneErrors.RejectMessage(error)));

    private NewReject Describe(int index, string? column, string code, string message)
    {
        var (slice, row) = batch.Locate(index);
        var place = slice.Segment.Rows[row];
        return Describe(slice, place.Ordinal, place.RawStart, place.RawLength, column, code, message);
    }

    private static NewReject Describe(Slice slice, int ordinal, int rawStart, int rawLength, string? column, string code, string message)
    {
        var block = slice.Segment.Block;
        var raw = block.Raw(rawStart, rawLength);
        return new(block.Start.Record + ordinal + 1, raw.Line, raw.Position, column, code, message, raw.Bytes.ToArray());
    }

    private void AddClientRejects()
    {
        foreach (var slice in batch.Slices)
        {
            for (var i = slice.FirstReject; i < slice.LastReject; i++)
            {
                var r = slice.Segment.Rejects[i];
                rejects.Add(Describe(slice, r.Ordinal, r.RawStart, r.RawLength, r.Column, r.Code, r.Message));
            }
        }
    }

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
