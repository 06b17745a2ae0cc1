using Ingest.Manifest;
using Ingest.Postgres;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Ingest.Lanes;

/// <summary>
/// Wakes the server's WAL writer while the lanes copy and merge. A COPY that comes to the end of its ring of buffers writes each of
/// them before it takes it again, must have the WAL up to there flushed first, and meanwhile holds the lock that another
/// session needs to extend the table. The WAL writer does it beside them, but by itself only every
/// <c>wal_writer_delay</c> (200 ms), "unless woken up sooner by an asynchronously committing transaction" (documentation of
/// that setting); the commits of long batches are seconds apart. A merge that changes rows makes more WAL than the server's
/// <c>wal_buffers</c> hold (16 MB), and writes them out itself where nobody else has, which the other lane waits for.
/// </summary>
/// <param name="control">The run's own connection, which is idle while the lanes work.</param>
/// <param name="log">Is told when the server does not let the role.</param>
internal sealed class WalWriterWaker(ControlSession control, ILogger log) : IAsyncDisposable
{
    /// <summary>Rows' bytes for which the WAL writer is woken once: more than its <c>wal_writer_flush_after</c> (1 MB), less than a ring (16 MB).</summary>
    private const int Step = 2 << 20;

    /// <summary>How often it is woken while lanes merge: nobody here knows how much WAL a merge makes; 100 MB a second were measured.</summary>
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(25);

    /// <summary>How long its end waits for an answer: one takes a tenth of a millisecond, and from a server that fell silent may never come.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>Held while a call begins: until the next one can see it.</summary>
    private readonly Lock beginning = new();

    private long copied;
    private int merging;
    private volatile bool isOff;
    private Task call = Task.CompletedTask;

    /// <summary>One for all lanes and merges, made by the first.</summary>
    private PeriodicTimer? timer;

    /// <summary>Made once for a connection: a load must make no garbage that grows with its rows.</summary>
    private NpgsqlCommand? command;

    /// <summary>Counts what a lane has sent into the target; the one that completes a step does not wait for the server.</summary>
    public void AddCopied(int bytes)
    {
        if (Interlocked.Add(ref copied, bytes) >= Step) Begin();
    }

    /// <summary>A lane merges from here on.</summary>
    public void BeginMerge()
    {
        Interlocked.Increment(ref merging);
        lock (beginning)
        {
            if (timer is not null) return;
            timer = new(Tick);
            _ = TickAsync(timer);
        }
    }

    /// <summary>It no longer does.</summary>
    public void EndMerge() => Interlocked.Decrement(ref merging);

    /// <summary>
    /// Lets go of the connection, once the lanes have ended. If the server does not answer, whoever needs the connection next waits
    /// for it, as long as that one has. May be called again.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        timer?.Dispose();
        try
        {
            await call.WaitAsync(Patience);
        }
        catch (TimeoutException)
        {
            return;
        }
        if (command is not null) await command.DisposeAsync();
    }

    private async Task TickAsync(PeriodicTimer timer)
    {
        while (await timer.WaitForNextTickAsync())
        {
            if (Volatile.Read(ref merging) > 0) Begin();
        }
    }

    /// <summary>Begins a call, unless one is under way or none may be made; the last one says which, once it is complete.</summary>
    private void Begin()
    {
        lock (beginning)
        {
            if (!call.IsCompleted || isOff) return;
            Interlocked.Exchange(ref copied, 0);
            call = WakeAsync();
        }
    }

    private async Task WakeAsync()
    {
        try
        {
            await control.TryBesideAsync(CommitAsync);
        }
        catch (PostgresException e) when (!SqlState.IsTransient(e))
        {
            isOff = true;
            log.LogDebug("the server's WAL writer cannot be woken: {Error}", Connections.Describe(e));
        }
        catch (Exception e) when (e is NpgsqlException or InvalidOperationException or IOException or TimeoutException)
        {
            // The connection broke. Whoever needs it next opens it again.
        }
    }

    private async Task CommitAsync(NpgsqlConnection on)
    {
        if (command?.Connection != on)
        {
            command = new(SessionSettings.WakeWalWriter, on);
            await command.PrepareAsync();
        }
        await command.ExecuteNonQueryAsync();
    }
}
