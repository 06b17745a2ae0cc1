using System.Runtime.CompilerServices;
using Ingest.Manifest;
using Ingest.Postgres;

namespace Ingest.Lanes;

/// <summary>
/// One attempt to apply a batch: rows, rejects and watermarks in one transaction. Nothing is kept between attempts, so
/// that the next one can start from the batch alone.
/// </summary>
internal sealed class BatchTransaction(LaneContext context, int lane, LaneSession session, BatchFiller filler, Batch batch, RejectShare share)
{
    private readonly StageSql sql = batch.Sql;
    private readonly LoadPolicy policy = batch.Policy;
    private readonly BatchRejects rejects = new(batch, share);

    /// <summary>Applies the batch, filling it as it goes, and commits.</summary>
    /// <param name="direct">Whether to try a COPY straight into the target.</param>
    /// <param name="guess">How to merge staged rows.</param>
    /// <param name="beforeCommit">Is told the outcome when only the COMMIT is left: a failure after it leaves the COMMIT in doubt.</param>
    /// <param name="cancellationToken">Gives up; nothing is committed then.</param>
    public async Task ApplyAsync(bool direct, MergeGuess guess, Action<BatchOutcome> beforeCommit, CancellationToken cancellationToken)
    {
        await session.BeginAsync(sql, policy, needsStage: !direct, cancellationToken);
        var counts = direct ? await CopyDirectAsync(cancellationToken) : null;
        var wasDirect = counts is not null;
        counts ??= await new StagedBatch(context, lane, session, batch, rejects, AllBytes).ApplyAsync(guess, cancellationToken);
        if (batch.Rows > 0) await CheckTargetAsync(cancellationToken);
        rejects.AddUnconverted();
        rejects.Check();

        var marks = new Watermark[counts.Length];
        for (var part = 0; part < counts.Length; part++)
        {
            var leftOut = batch.Parts[part].CountLeftOut();
            counts[part] += new LoadCounts { Read = rejects.Of(part).Count + leftOut, Skipped = leftOut, Rejected = rejects.Of(part).Count };
            marks[part] = batch.Parts[part].Mark(batch.Parts[part].File[lane], counts[part]);
            await session.Ledger.WriteRejectsAsync(batch.Parts[part].File.Entry, rejects.Of(part), cancellationToken);
        }
        if (policy.Replay is { } replay) await SettleAsync(replay, cancellationToken);
        await (marks.Length == 1
            ? session.Ledger.WriteWatermarkAsync(batch.File.Entry, marks[0], cancellationToken)
            : session.Ledger.WriteWatermarksAsync([.. batch.Parts.Select(p => p.File.Entry)], marks, cancellationToken));
        beforeCommit(new(marks, counts.Aggregate((a, b) => a + b), wasDirect, direct && !wasDirect));
        await session.CommitAsync(cancellationToken);
    }

    /// <summary>An ALTER TABLE between two batches may have made int4 a float4: COPY would store the same bytes as another value.</summary>
    private async Task CheckTargetAsync(CancellationToken cancellationToken)
    {
        if (!await session.IsAsPlannedAsync(cancellationToken)) throw LaneErrors.TargetChanged(batch);
    }

    /// <summary>Resolves the rejects that the batch's records correct: with the records, or not at all.</summary>
    private async Task SettleAsync(Replay replay, CancellationToken cancellationToken)
    {
        foreach (var part in batch.Parts)
        {
            var committed = part.File[lane].Record;
            if (committed == 0) await session.Ledger.ReopenRejectsAsync(replay.Reopened, cancellationToken);
            var settled = part.Corrected(committed);
            settled.ExceptWith(replay.Shared);
            if (part.EndsFile) settled.UnionWith(replay.Shared.Where(reject => !replay.LeavesOut(reject)));
            await session.Ledger.ResolveRejectsAsync(part.File.Entry, settled, cancellationToken);
        }
    }

    /// <summary>Copies straight into the target; null when the server refused a row, and nothing of it is left.</summary>
    private async Task<LoadCounts[]?> CopyDirectAsync(CancellationToken cancellationToken)
    {
        var refused = await session.TryFirstAsync(
            cancel => session.CopyAsync(sql.CopyToTarget, SliceBytes(policy.HasKey, cancel), cancel, context.WalWriter), cancellationToken);
        if (refused is null) return [.. batch.Parts.Select(p => new LoadCounts { Read = p.Rows, Inserted = p.Rows })];
        if (batch.HasLetGo) throw LaneErrors.RefusedUnkept(batch, refused);
        batch.KeepAll();
        return null;
    }

    private IAsyncEnumerable<ReadOnlyMemory<byte>> AllBytes(CancellationToken cancellationToken) => SliceBytes(endAtRepeat: false, cancellationToken);

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
            if (batch.Length > 1) LetGo();
        }
    }

    private void LetGo()
    {
        rejects.AddUnconverted();
        rejects.Check();
        batch.LetGo();
    }
}
