using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Threading.Channels;
using Ingest.Manifest;

namespace Ingest.Lanes;

/// <summary>The lanes of a run, working side by side; the first one that fails stops the others.</summary>
internal sealed class LaneSet : IAsyncDisposable
{
    private readonly Lane[] lanes;
    private readonly WalWriterWaker? walWriter;
    private readonly InboxRoom room = new(MemoryBudget.WaitingBytes);
    private readonly CancellationTokenSource stop;
    private readonly Task[] work;
    private bool isDisposed;

    /// <summary>Starts the lanes.</summary>
    public LaneSet(LaneContext context, int count, CancellationToken cancellationToken)
    {
        walWriter = context.WalWriter;
        stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        stop.Token.Register(room.Close);
        lanes = [.. Enumerable.Range(0, count).Select(i => new Lane(context, i, room))];
        work = [.. lanes.Select(lane => Task.Run(() => RunAsync(lane)))];
    }

    /// <summary>The number of lanes.</summary>
    public int Count => lanes.Length;

    /// <summary>Is cancelled when a lane has failed: whoever feeds the lanes should stop and await <see cref="DrainAsync"/>.</summary>
    public CancellationToken Stopped => stop.Token;

    /// <summary>Hands the segments of a block to the lanes, waiting for those that are behind.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask PostAsync(FileLoad file, Segment[] segments)
    {
        var posted = 0;
        try
        {
            await room.WaitAsync();
            for (; posted < segments.Length; posted++)
                await lanes[posted].Inbox.WriteAsync(new(file, segments[posted], default), stop.Token);
        }
        catch (ChannelClosedException)
        {
            // A lane has ended by itself: it failed, and DrainAsync tells why.
            throw new OperationCanceledException(stop.Token);
        }
        finally
        {
            for (; posted < segments.Length; posted++) segments[posted].Dispose();
        }
    }

    /// <summary>Tells the lanes that a file has ended.</summary>
    public async ValueTask EndFileAsync(FileLoad file, RestartPoint end)
    {
        try
        {
            foreach (var lane in lanes) await lane.Inbox.WriteAsync(new(file, null, end), stop.Token);
        }
        catch (ChannelClosedException)
        {
            throw new OperationCanceledException(stop.Token);
        }
    }

    /// <summary>Waits until everything handed over is committed, and ends the lanes.</summary>
    /// <exception cref="IngestException">The first failure of a lane.</exception>
    public async Task DrainAsync()
    {
        foreach (var lane in lanes) lane.Inbox.Complete();
        await EndedAsync();

        // A lane that was stopped because of another has nothing to say; the one that failed first has.
        var failures = work.Where(w => w.IsFaulted).Select(w => w.Exception!.InnerException!).ToList();
        if (failures.Count > 0)
            ExceptionDispatchInfo.Throw(failures.FirstOrDefault(f => f is IngestException) ?? failures[0]);
        if (work.Any(w => w.IsCanceled)) throw new OperationCanceledException(stop.Token);
    }

    /// <summary>Stops the lanes; batches that are not committed roll back.</summary>
    public async ValueTask DisposeAsync()
    {
        if (isDisposed) return;
        isDisposed = true;
        await stop.CancelAsync();
        foreach (var lane in lanes) lane.Inbox.Complete();
        await EndedAsync();
        stop.Dispose();
    }

    /// <summary>Waits until the lanes have ended, whichever way, and use no connection any more.</summary>
    private async Task EndedAsync()
    {
        await Task.WhenAll(work).ContinueWith(static _ => { }, TaskScheduler.Default);
        if (walWriter is not null) await walWriter.DisposeAsync();
    }

    private async Task RunAsync(Lane lane)
    {
        try
        {
            await lane.RunAsync(stop.Token);
        }
        catch
        {
            await stop.CancelAsync();
            throw;
        }
    }
}
