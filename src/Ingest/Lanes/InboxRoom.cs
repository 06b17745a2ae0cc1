using System.Threading.Tasks.Sources;

namespace Ingest.Lanes;

/// <summary>
/// Bounds the memory of what waits in the inboxes of all lanes. They share one room, because whoever posts hands every
/// block to all of them: were each inbox small, a lane in its merge would keep the others waiting for rows.
/// </summary>
/// <param name="most">The bytes from which on posting waits; what is posted then may pass it.</param>
internal sealed class InboxRoom(long most) : IValueTaskSource
{
    private readonly Lock gate = new();
    private ManualResetValueTaskSourceCore<bool> wake = new() { RunContinuationsAsynchronously = true };
    private long held;
    private bool isAwaited;
    private bool isClosed;

    /// <summary>Waits until there is room; one caller at a time, since the one source of a wait is used again without garbage.</summary>
    public ValueTask WaitAsync()
    {
        lock (gate)
        {
            if (held < most || isClosed) return ValueTask.CompletedTask;
            wake.Reset();
            isAwaited = true;
            return new(this, wake.Version);
        }
    }

    /// <summary>Counts what is posted.</summary>
    public void Add(long bytes)
    {
        lock (gate) held += bytes;
    }

    /// <summary>Forgets what a lane has taken.</summary>
    public void Remove(long bytes)
    {
        lock (gate)
        {
            held -= bytes;
            if (held >= most || !isAwaited) return;
            isAwaited = false;
        }
        wake.SetResult(true);
    }

    /// <summary>Lets everybody through, since nothing is taken any more.</summary>
    public void Close()
    {
        lock (gate)
        {
            isClosed = true;
            if (!isAwaited) return;
            isAwaited = false;
        }
        wake.SetResult(true);
    }

    void IValueTaskSource.GetResult(short token) => wake.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => wake.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        wake.OnCompleted(continuation, state, token, flags);
}
