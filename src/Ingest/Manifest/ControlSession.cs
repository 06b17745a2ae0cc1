using System.Data;
using Ingest.Postgres;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Ingest.Manifest;

/// <summary>
/// The run's own connection: it plans, writes the manifest outside the lanes, and holds the locks that say which files
/// are being loaded. It is opened again when it breaks, and takes its locks again before anything else is done.
/// </summary>
internal sealed class ControlSession(Connections connections, ManifestSql sql, SessionSettings settings, Guid runId, ILogger log) : IAsyncDisposable
{
    /// <summary>How long the locks of this run's own lost session may outlive it; ending it takes the server moments.</summary>
    private static readonly TimeSpan ReopenPatience = TimeSpan.FromSeconds(10);

    private readonly HashSet<(string File, string Target)> locks = [];
    private readonly SemaphoreSlim use = new(1);
    private readonly string name = SessionSettings.ControlName(runId);
    private NpgsqlConnection? connection;
    private int backend;

    /// <summary>Opens the first connection of the run.</summary>
    /// <exception cref="PlanException">It is of no use: a pooler shares its sessions.</exception>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        connection = await connections.OpenFirstAsync(cancellationToken);
        await Pooler.RefuseSharedSessionsAsync(connection, connections, cancellationToken);
        backend = await SetUpAsync(connection, cancellationToken);
    }

    /// <summary>The connection, for what is not tried again.</summary>
    /// <exception cref="NpgsqlException">It has broken.</exception>
    public NpgsqlConnection Connection => connection switch
    {
        null => throw new InvalidOperationException("not open"),
        { State: not ConnectionState.Open } => throw new NpgsqlException("the connection had broken"),
        _ => connection,
    };

    /// <summary>Does something that may be done twice, again on a new connection when the old one breaks.</summary>
    public async Task<T> DoAsync<T>(Func<ManifestStore, Task<T>> work, CancellationToken cancellationToken)
    {
        await use.WaitAsync(cancellationToken);
        try
        {
            return await TryAgainAsync(work, cancellationToken);
        }
        finally
        {
            use.Release();
        }
    }

    /// <summary>As <see cref="DoAsync{T}"/>, without a result.</summary>
    public Task DoAsync(Func<ManifestStore, Task> work, CancellationToken cancellationToken) => DoAsync(async store =>
    {
        await work(store);
        return true;
    }, cancellationToken);

    /// <summary>Does something small while the lanes work, unless the connection is in use or has broken.</summary>
    public async Task TryBesideAsync(Func<NpgsqlConnection, Task> work)
    {
        if (!use.Wait(0)) return;
        try
        {
            if (connection is { State: ConnectionState.Open } open) await work(open);
        }
        finally
        {
            use.Release();
        }
    }

    /// <summary>Becomes the only loader of a file into a table; false when another run is.</summary>
    /// <param name="file">The file's identity.</param>
    /// <param name="target">The table.</param>
    /// <param name="patience">How long to wait for the backend of a loader that died.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<bool> LockAsync(string file, string target, TimeSpan patience, CancellationToken cancellationToken)
    {
        var begin = Environment.TickCount64;
        var isTold = false;
        while (!await DoAsync(store => store.TryLockAsync(file, target, cancellationToken), cancellationToken))
        {
            var waited = Environment.TickCount64 - begin;
            if (waited >= patience.TotalMilliseconds) return false;
            if (!isTold && waited >= 1000)
            {
                var holder = await DoAsync(store => store.DescribeHolderAsync(file, target, cancellationToken), cancellationToken);
                log.LogInformation("waiting up to {Seconds:0} s for {Holder} to let go of {File}", patience.TotalSeconds, holder, file);
                isTold = true;
            }
            await Task.Delay(200, cancellationToken);
        }
        locks.Add((file, target));
        return true;
    }

    /// <summary>Becomes the only loader of those files of several that no other run holds; gives those.</summary>
    public async Task<IReadOnlyList<string>> LockAsync(string[] files, string target, CancellationToken cancellationToken)
    {
        var held = await DoAsync(store => store.TryLockAsync(files, target, cancellationToken), cancellationToken);
        foreach (var file in held) locks.Add((file, target));
        return held;
    }

    /// <summary>Lets files go.</summary>
    public async Task UnlockAsync(IEnumerable<string> files, string target, CancellationToken cancellationToken)
    {
        string[] held = [.. files.Where(file => locks.Remove((file, target)))];
        if (held.Length > 0) await DoAsync(store => store.UnlockAsync(held, target, cancellationToken), cancellationToken);
    }

    /// <summary>Closes the connection, and with it every lock.</summary>
    public async ValueTask DisposeAsync() => await CloseAsync();

    private async Task<T> TryAgainAsync<T>(Func<ManifestStore, Task<T>> work, CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                connection ??= await ReopenAsync(cancellationToken);
                return await TryAsync(work, connection);
            }
            catch (Exception e) when (SqlState.IsTransient(e) && attempt < 3)
            {
                log.LogWarning("the run's own connection failed, opening it again: {Error}", Connections.Describe(e));
                await CloseAsync();
            }
            catch (Exception e) when (SqlState.IsTransient(e))
            {
                throw ConnectionErrors.Failed(connections.Server, e);
            }
        }
    }

    private async Task<T> TryAsync<T>(Func<ManifestStore, Task<T>> work, NpgsqlConnection on)
    {
        try
        {
            return await work(new ManifestStore(on, sql, connections.Secrets, runId));
        }
        catch (InvalidOperationException e) when (SqlState.IsUseOfBroken(e, on))
        {
            throw SqlState.Broken(e);
        }
    }

    /// <summary>Makes a session the run's own; gives its process.</summary>
    private Task<int> SetUpAsync(NpgsqlConnection on, CancellationToken cancellationToken) =>
        on.ScalarAsync<int>(settings.ForControl(name, on.PostgreSqlVersion.Major), [], cancellationToken);

    /// <summary>A new connection that holds the locks; one that does not is of no use to the run, and is closed.</summary>
    private async Task<NpgsqlConnection> ReopenAsync(CancellationToken cancellationToken)
    {
        var opened = await connections.OpenAsync(cancellationToken);
        try
        {
            var next = await SetUpAsync(opened, cancellationToken);
            // Behind a link that fell silent the lost session lives on, and holds the locks against its own run.
            await opened.ScalarAsync<long>(SessionSettings.EndSession, [backend, name], cancellationToken);
            backend = next;
            await LockAgainAsync(new ManifestStore(opened, sql, connections.Secrets, runId), cancellationToken);
            return opened;
        }
        catch (InvalidOperationException e) when (SqlState.IsUseOfBroken(e, opened))
        {
            await opened.DisposeAsync();
            throw SqlState.Broken(e);
        }
        catch
        {
            await opened.DisposeAsync();
            throw;
        }
    }

    private async Task LockAgainAsync(ManifestStore store, CancellationToken cancellationToken)
    {
        foreach (var (file, target) in locks)
        {
            if (!await TryLockWithinAsync(store, file, target, ReopenPatience, cancellationToken))
                throw ManifestErrors.LockLost(file, await store.DescribeHolderAsync(file, target, cancellationToken));
        }
    }

    private static async Task<bool> TryLockWithinAsync(ManifestStore store, string file, string target, TimeSpan patience, CancellationToken cancellationToken)
    {
        var deadline = Environment.TickCount64 + (long)patience.TotalMilliseconds;
        while (!await store.TryLockAsync(file, target, cancellationToken))
        {
            if (Environment.TickCount64 >= deadline) return false;
            await Task.Delay(100, cancellationToken);
        }
        return true;
    }

    private async Task CloseAsync()
    {
        if (connection is null) return;
        var closing = connection;
        connection = null;
        await closing.DisposeAsync();
    }
}
