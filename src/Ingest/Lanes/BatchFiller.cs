using System.Runtime.CompilerServices;

namespace Ingest.Lanes;

/// <summary>
/// Takes deliveries from a lane's inbox and fills batches with them, dropping the records that an earlier run has
/// committed.
/// </summary>
internal sealed class BatchFiller(int lane, Inbox inbox, BatchLimits limits) : IDisposable
{
    /// <summary>A source that pauses (a pipe) must not keep a transaction open.</summary>
    private static readonly TimeSpan IdleLimit = TimeSpan.FromSeconds(2);

    private readonly KeySet keys = new();
    private readonly List<Slice> slices = [];
    private readonly IdleClock idle = new(IdleLimit);
    private Delivery? pending;
    private int row;
    private int reject;

    /// <summary>Waits for the next delivery and begins a batch for its file; null when the inbox has ended.</summary>
    public async ValueTask<Batch?> BeginAsync(CancellationToken cancellationToken)
    {
        if (pending is null && !await NextAsync(cancellationToken)) return null;
        keys.Clear();
        slices.Clear();
        return new Batch(pending!.Value.File, slices);
    }

    /// <summary>
    /// Adds the next slice to a batch that is still open; null when the batch was closed instead.
    /// </summary>
    /// <param name="batch">The batch.</param>
    /// <param name="endAtRepeat">Whether a repeated key ends the batch before it, because a COPY into the target could not take it.</param>
    /// <param name="cancellationToken">Ends the wait for more.</param>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<Slice?> FillAsync(Batch batch, bool endAtRepeat, CancellationToken cancellationToken)
    {
        while (!batch.IsClosed)
        {
            if (limits.AreReached(batch))
            {
                batch.Close();
                break;
            }
            if (pending is null && !await NextWithinIdleLimitAsync(batch, cancellationToken))
            {
                batch.Close();
                break;
            }
            var delivery = pending!.Value;
            if (delivery.File != batch.File && !batch.TryBegin(delivery.File))
            {
                batch.Close();
                break;
            }
            if (delivery.Segment is not { } segment)
            {
                batch.EndFile(delivery.End);
                pending = null;
                continue;
            }
            if (Take(batch, segment, endAtRepeat) is { } slice)
            {
                batch.Add(slice);
                return slice;
            }
        }
        return null;
    }

    /// <summary>Gives back what was handed over and never used.</summary>
    public void Dispose()
    {
        idle.Dispose();
        pending?.Segment?.Dispose();
        pending = null;
        while (inbox.TryRead(out var delivery)) delivery.Segment?.Dispose();
    }

    private Slice? Take(Batch batch, Segment segment, bool endAtRepeat)
    {
        var firstRecord = segment.Block.Start.Record + 1;
        var done = batch.File[lane].Record;
        SkipCommitted(segment, firstRecord, done);

        var firstRow = row;
        // A long batch ends where a segment does, whose end is a place to go on from; a repeated key in it the server refuses.
        var most = batch.Length > 1 ? segment.Count : Math.Min(segment.Count, row + limits.Rows - batch.Rows);
        row = batch.File.Policy.HasKey && batch.Length == 1 ? Distinct(batch, segment, most, endAtRepeat) : most;
        var ends = row == segment.Count;

        // The rejects before the next row go with this slice, so that a batch covers a prefix of the lane's records.
        var nextOrdinal = ends ? int.MaxValue : segment.Rows[row].Ordinal;
        var firstReject = reject;
        while (reject < segment.Rejects.Count && segment.Rejects[reject].Ordinal < nextOrdinal) reject++;
        if (firstRow == row && firstReject == reject && !ends) return null;

        var lastRecord = ends ? segment.Block.End.Record : firstRecord + nextOrdinal - 1;
        if (ends) pending = null;
        var rawEnd = ends ? 0 : segment.Rows[row].RawStart;
        return new Slice(segment, firstRow, row, firstReject, reject, lastRecord, rawEnd, ends);
    }

    private void SkipCommitted(Segment segment, long firstRecord, long done)
    {
        if (row > 0 || reject > 0 || firstRecord > done) return;
        var rows = segment.Rows;
        while (row < rows.Length && firstRecord + rows[row].Ordinal <= done) row++;
        while (reject < segment.Rejects.Count && firstRecord + segment.Rejects[reject].Ordinal <= done) reject++;
    }

    /// <summary>How far the rows go, from the current one, until a repeated key ends the batch.</summary>
    private int Distinct(Batch batch, Segment segment, int most, bool endAtRepeat)
    {
        if (!batch.File.Policy.KeyIsExact) batch.MayRepeat = true;
        if (batch.MayRepeat) return most;
        var rows = segment.Rows;
        for (var i = row; i < most; i++)
        {
            if (keys.Add(rows[i].KeyHash)) continue;
            if (endAtRepeat)
            {
                batch.CloseAtRepeat();
                return i;
            }
            batch.MayRepeat = true;
            break;
        }
        return most;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> NextAsync(CancellationToken cancellationToken)
    {
        row = reject = 0;
        if (!await inbox.WaitToReadAsync(cancellationToken)) return false;
        if (!inbox.TryRead(out var delivery)) return false;
        pending = delivery;
        return true;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> NextWithinIdleLimitAsync(Batch batch, CancellationToken cancellationToken)
    {
        if (inbox.TryRead(out var ready))
        {
            row = reject = 0;
            pending = ready;
            return true;
        }
        if (batch.IsEmpty || !limits.EndAtPause) return await NextAsync(cancellationToken);
        try
        {
            return await NextAsync(idle.Start(cancellationToken));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
        finally
        {
            idle.Stop();
        }
    }
}
