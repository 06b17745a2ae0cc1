using System.Diagnostics;
using Ingest.Manifest;
using Ingest.Postgres;
using Microsoft.Extensions.Logging;
using Npgsql;
using Polly;
using Polly.Retry;

namespace Ingest.Lanes;

/// <summary>
/// One connection and its ordered stream of rows. It fills a batch, applies it in one transaction, and tries again after
/// a transient failure, having asked the watermark first whether the lost COMMIT had happened. While the server takes all
/// rows, batches grow beyond what is kept of them; where one of those fails, the run reads it again.
/// </summary>
internal sealed class Lane
{
    private readonly LaneContext context;
    private readonly int number;
    private readonly Inbox inbox;
    private readonly DirectPolicy direct = new();
    private readonly MergePolicy merge = new();

    /// <summary>The files that this lane is through with and that are not safe yet.</summary>
    private readonly List<FileLoad> ended = [];

    private readonly LazyPipeline retry;

    /// <summary>What is being committed, for the messages of a retry.</summary>
    private Batch? current;

    private LaneSession? session;
    private SessionIdentity? lastSession;

    /// <summary>Whether the last attempt sent its COMMIT and did not learn what became of it.</summary>
    private bool isInDoubt;

    /// <summary>A lane with an empty inbox.</summary>
    /// <param name="context">What the lanes share.</param>
    /// <param name="number">Its number, from 0.</param>
    /// <param name="room">The room of the lanes' inboxes.</param>
    public Lane(LaneContext context, int number, InboxRoom room)
    {
        this.context = context;
        this.number = number;
        inbox = new(room);
        retry = new(new(() => Retry(context.MaxRetries)), SqlState.IsTransient);
    }

    /// <summary>Takes deliveries; completing it ends the lane once all are committed.</summary>
    public Inbox Inbox => inbox;

    /// <summary>Works until the inbox is complete.</summary>
    /// <exception cref="IngestException">A batch could not be applied.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var filler = new BatchFiller(number, inbox, context.Limits);
        try
        {
            while (await filler.BeginAsync(cancellationToken) is { } batch)
            {
                try
                {
                    await CommitAsync(batch, filler, cancellationToken);
                }
                finally
                {
                    batch.Release();
                }
            }
        }
        finally
        {
            // From here on nobody reads the inbox, so whoever posts must notice.
            inbox.Complete();
            await CloseAsync();
        }
    }

    /// <summary>Commits a batch; when the files of one cannot be applied together, each by itself, so that only the bad one fails.</summary>
    private async Task CommitAsync(Batch batch, BatchFiller filler, CancellationToken cancellationToken)
    {
        try
        {
            await CommitWholeAsync(batch, filler, cancellationToken);
        }
        // While it is not known whether they are committed together, none may be applied by itself.
        catch (IngestException e) when (batch.Parts.Count > 1 && !isInDoubt && e is not (UnreachableException or CommitsLostException))
        {
            context.Log.LogDebug("batch refused, its files are tried one by one: {Batch}: {Error}", batch, e.Message);
            foreach (var part in batch.Split()) await CommitWholeAsync(part, filler, cancellationToken);
        }
    }

    private async Task CommitWholeAsync(Batch batch, BatchFiller filler, CancellationToken cancellationToken)
    {
        current = batch;
        var clock = Stopwatch.StartNew();
        var tryDirect = direct.ShouldTry(batch.Policy);
        if (tryDirect && context.ReadsAgain && batch.IsEmpty) batch.Lengthen(direct.NextLength(batch.File));
        if (session is null && await IsNothingAsync(batch, filler, endAtRepeat: tryDirect && batch.Policy.HasKey, cancellationToken))
        {
            foreach (var part in batch.Parts) Complete(part, part.File[number]);
            return;
        }
        var attempts = 0;
        var outcome = default(BatchOutcome);
        using var share = new RejectShare(context.Rejects);
        isInDoubt = false;
        try
        {
            await retry.ExecuteAsync(async cancel =>
            {
                attempts++;
                try
                {
                    if (await SessionAsync(cancel) && await HasCommittedAsync(batch, cancel)) return;
                    isInDoubt = false;
                    if (batch.HasLetGo) throw LaneErrors.Unkept(batch);
                    share.GiveBack();
                    await ApplyAsync(batch, filler, share, tryDirect, mark =>
                    {
                        isInDoubt = true;
                        outcome = mark;
                    }, cancel);
                }
                catch (InvalidOperationException e) when (SqlState.IsUseOfBroken(e, session?.Connection))
                {
                    throw SqlState.Broken(e);
                }
            }, cancellationToken);
        }
        catch (PostgresException e) when (!SqlState.IsTransient(e))
        {
            // The transaction is of no use any more, and the next batch needs one.
            await CloseAsync();
            throw await IsAsPlannedAsync(batch, cancellationToken) ? LaneErrors.Refused(batch, e) : LaneErrors.TargetChanged(batch);
        }
        catch (IngestException)
        {
            await CloseAsync();
            throw;
        }
        catch (Exception e) when (SqlState.IsTransient(e))
        {
            throw LaneErrors.GaveUp(batch, attempts, e);
        }

        direct.Learn(outcome, batch.EndedAtRepeat);
        merge.Learn(outcome);
        share.Keep();
        for (var i = 0; i < batch.Parts.Count; i++) Complete(batch.Parts[i], outcome.Marks[i]);
        context.Log.LogDebug(
            "batch committed: {Batch} by lane {Lane}, {Rows} rows, {Rejects} rejects, {Way}, {LatencyMs} ms",
            batch, number, batch.Rows + batch.Rejects, outcome.Counts.Rejected, outcome.WasDirect ? "direct" : "staged", clock.ElapsedMilliseconds);
    }

    /// <summary>
    /// Whether a batch that is about to begin is the ends of small files that have no record for this lane: a session would cost
    /// more than the whole load of such a file, and its watermark may stay at the file's start.
    /// </summary>
    private async ValueTask<bool> IsNothingAsync(Batch batch, BatchFiller filler, bool endAtRepeat, CancellationToken cancellationToken)
    {
        if (!batch.IsEmpty || batch.File.IsLong || batch.Policy.Replay is not null) return false;
        while (batch.Rows + batch.Rejects == 0 && await filler.FillAsync(batch, endAtRepeat, cancellationToken) is not null)
        {
            // Blocks of other lanes' records.
        }
        return batch.Rows + batch.Rejects == 0 && batch.Parts.All(p => p.EndsFile && p.File[number].Record == 0);
    }

    /// <summary>Applies a batch; once more, on another connection, when it may be a value that has cost this one.</summary>
    private async Task ApplyAsync(
        Batch batch, BatchFiller filler, RejectShare share, bool tryDirect, Action<BatchOutcome> beforeCommit, CancellationToken cancellationToken)
    {
        try
        {
            await new BatchTransaction(context, number, session!, filler, batch, share).ApplyAsync(tryDirect, merge.Next, beforeCommit, cancellationToken);
        }
        catch (PostgresException e) when (SqlState.IsInternal(e) && batch.TryReadApart())
        {
            await CloseAsync();
            await SessionAsync(cancellationToken);
            isInDoubt = false;
            await HasCommittedAsync(batch, cancellationToken);
            share.GiveBack();
            await new BatchTransaction(context, number, session!, filler, batch, share).ApplyAsync(tryDirect, merge.Next, beforeCommit, cancellationToken);
        }
    }

    /// <summary>Whether the target is still what was planned for, as far as can be known: what the server refuses may come of its change.</summary>
    private async Task<bool> IsAsPlannedAsync(Batch batch, CancellationToken cancellationToken)
    {
        try
        {
            await SessionAsync(cancellationToken);
            await session!.BeginAsync(batch.Sql, batch.Policy, needsStage: false, cancellationToken);
            return await session.IsAsPlannedAsync(cancellationToken);
        }
        catch (Exception e) when (e is IngestException or InvalidOperationException or PostgresException || SqlState.IsTransient(e))
        {
            return true;
        }
        finally
        {
            await CloseAsync();
        }
    }

    private void Complete(BatchPart part, Watermark mark)
    {
        var before = part.File[number].Counts;
        part.File[number] = mark;
        part.File.Progress.AddCommitted(part.Rows + part.Rejects, mark.Counts.Rejected - before.Rejected);
        if (!part.EndsFile) return;
        ended.RemoveAll(f => f.IsSafe);
        ended.Add(part.File);
        part.File.EndLane();
    }

    private ResiliencePipeline Retry(int most) => most == 0 ? ResiliencePipeline.Empty : new ResiliencePipelineBuilder()
        .AddRetry(new RetryStrategyOptions
        {
            ShouldHandle = new PredicateBuilder().Handle<Exception>(SqlState.IsTransient),
            MaxRetryAttempts = most,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            Delay = TimeSpan.FromMilliseconds(250),
            OnRetry = async arguments =>
            {
                context.Log.LogWarning(
                    "batch failed: {Batch} by lane {Lane} (attempt {Attempt}), again in {Delay:0.0} s: {Error}",
                    current, number, arguments.AttemptNumber + 1, arguments.RetryDelay.TotalSeconds,
                    Connections.Describe(arguments.Outcome.Exception!));
                await CloseAsync();
            },
        })
        .Build();

    /// <summary>Makes sure that there is a session; true when it is a new one.</summary>
    private async Task<bool> SessionAsync(CancellationToken cancellationToken)
    {
        if (session is not null) return false;
        session = await LaneSession.OpenAsync(
            await context.Connections.OpenAsync(cancellationToken), context, number, lastSession, cancellationToken);
        lastSession = session.Identity;
        return true;
    }

    /// <summary>
    /// Asks the watermarks, once nobody holds them, whether the batch's lost COMMIT happened, and whether those before it
    /// are still there: a server that crashes forgets commits whose WAL was not flushed yet, and their rows are released.
    /// Also those of files before the batch's: found out later, their rows would be loaded again over newer ones.
    /// </summary>
    private async Task<bool> HasCommittedAsync(Batch batch, CancellationToken cancellationToken)
    {
        FileLoad[] files = [.. batch.Parts.Select(p => p.File), .. ended.Where(f => !f.IsSafe)];
        var committed = await session!.Ledger.ReadWatermarksAsync([.. files.Select(f => f.Entry)], cancellationToken);
        for (var i = 0; i < files.Length; i++)
        {
            if (committed[i] < 0) throw LaneErrors.TargetEmptied(files[i]);
            if (committed[i] < files[i][number].Record) throw LaneErrors.CommitsLost(files[i].Name);
        }
        return isInDoubt && batch.Parts.Where((p, i) => committed[i] >= p.LastRecord && p.LastRecord > p.File[number].Record).Any();
    }

    private async Task CloseAsync()
    {
        if (session is null) return;
        var closing = session;
        session = null;
        await closing.DisposeAsync();
    }
}
