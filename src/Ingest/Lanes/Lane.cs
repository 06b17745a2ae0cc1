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
internal sealed partial class Lane
{
    /// <summary>Of one attempt. Some twenty lanes, of some loads of the same rows, can all have learned of each other by then.</summary>
    private const int MostDeadlocks = 30;

    private readonly LaneContext context;
    private readonly int number;
    private readonly Inbox inbox;
    private readonly DirectPolicy direct = new();
    private readonly MergePolicy merge = new();
    private readonly KeyOrderPolicy keyOrder = new();

    /// <summary>The files that this lane is through with and that are not safe yet.</summary>
    private readonly List<FileLoad> ended = [];

    private readonly LazyPipeline retry;

    /// <summary>What is being committed, for the messages of a retry.</summary>
    private Batch? current;

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
        if (keyOrder.IsNext && batch.Sql.HasKeyColumns) batch.OrderByKey();
        var tryDirect = !batch.InKeyOrder && direct.ShouldTry(batch.Policy);
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
            await retry.ExecuteAsync(cancel => ThroughDeadlocksAsync(batch, async () =>
            {
                attempts++;
                if (await SessionAsync(cancel) && await HasCommittedAsync(batch, cancel)) return;
                isInDoubt = false;
                if (batch.HasLetGo) throw LaneErrors.Unkept(batch);
                share.GiveBack();
                await ApplyAsync(batch, filler, share, tryDirect && !batch.InKeyOrder, mark =>
                {
                    isInDoubt = true;
                    outcome = mark;
                }, cancel);
            }, cancel), cancellationToken);
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
            await CloseAsync();
            throw LaneErrors.GaveUp(batch, attempts, e);
        }

        direct.Learn(outcome, batch.EndedAtRepeat);
        merge.Learn(outcome);
        keyOrder.AddCommit();
        share.Keep();
        for (var i = 0; i < batch.Parts.Count; i++) Complete(batch.Parts[i], outcome.Marks[i]);
        context.Log.LogDebug(
            "batch committed: {Batch} by lane {Lane}, {Rows} rows, {Rejects} rejects, {Way}, {LatencyMs} ms",
            batch, number, batch.Rows + batch.Rejects, outcome.Counts.Rejected, outcome.WasDirect ? "direct" : batch.InKeyOrder ? "staged by key" : "staged", clock.ElapsedMilliseconds);
    }

    /// <summary>
    /// Does what another session may stand in the way of, until one of the two has given way for good. Each deadlock lets the other
    /// go on, and makes this lane go by the order of the keys, as it makes the other's if that is one: so they become rare soon.
    /// </summary>
    private async Task ThroughDeadlocksAsync(Batch batch, Func<Task> attempt, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                await attempt();
                return;
            }
            catch (InvalidOperationException e) when (SqlState.IsUseOfBroken(e, session?.Connection))
            {
                throw SqlState.Broken(e);
            }
            catch (PostgresException e) when (SqlState.IsDeadlock(e))
            {
                keyOrder.AddDeadlock();
                if (batch.HasLetGo) throw LaneErrors.RefusedUnkept(batch, e);
                batch.KeepAll();
                if (batch.Sql.HasKeyColumns) batch.OrderByKey();
                // Several files in one transaction go through the keys several times: each is tried by itself.
                if (batch.Parts.Count > 1 && !isInDoubt) throw LaneErrors.GaveUp(batch, tries, e);
                if (tries == MostDeadlocks || context.MaxRetries == 0) throw;
                context.Log.LogInformation("deadlock: {Batch} by lane {Lane} has given way ({Tries}) and is tried again", batch, number, tries);
                await CloseAsync();
                await Task.Delay(Random.Shared.Next(50, 500), cancellationToken);
            }
        }
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
}
