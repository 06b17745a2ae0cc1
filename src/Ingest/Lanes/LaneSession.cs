using Ingest.Manifest;
using Ingest.Postgres;
using Npgsql;

namespace Ingest.Lanes;

/// <summary>A lane's connection: one transaction at a time, and the stage table of one layout.</summary>
internal sealed class LaneSession : IAsyncDisposable
{
    /// <summary>COPY's binary signature, flags and header extension ("File Formats" in the documentation of COPY).</summary>
    private static readonly byte[] Header = [.. "PGCOPY\n"u8, 0xff, (byte)'\r', (byte)'\n', 0, 0, 0, 0, 0, 0, 0, 0, 0];

    /// <summary>A column count of −1 ends the data.</summary>
    private static readonly byte[] Trailer = [0xff, 0xff];

    private readonly NpgsqlConnection connection;
    private NpgsqlTransaction? transaction;
    private bool isSaved;
    private bool hasDeferredConstraints;
    private StageSql? layout;

    /// <summary>The layout that there is a stage for: a run whose rows all go straight into the target needs none.</summary>
    private StageSql? staged;

    /// <summary>Used again for each batch of a layout.</summary>
    private NpgsqlCommand? isAsPlanned;
    private bool wasAsPlanned;

    private LaneSession(NpgsqlConnection connection, SessionIdentity identity, BatchLedger ledger)
    {
        this.connection = connection;
        Identity = identity;
        Ledger = ledger;
    }

    /// <summary>The connection, for statements inside the transaction.</summary>
    public NpgsqlConnection Connection => connection;

    /// <summary>The session as other sessions see it.</summary>
    public SessionIdentity Identity { get; }

    /// <summary>Writes the lane's part of the manifest.</summary>
    public BatchLedger Ledger { get; }

    /// <summary>Takes over an open connection and sets it up.</summary>
    /// <param name="connection">The connection; it is disposed with the session.</param>
    /// <param name="context">What the lanes share.</param>
    /// <param name="lane">The lane's number.</param>
    /// <param name="before">The lane's session before this one: its backend may still hold locks, and is ended.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<LaneSession> OpenAsync(
        NpgsqlConnection connection, LaneContext context, int lane, SessionIdentity? before, CancellationToken cancellationToken)
    {
        var name = SessionSettings.LaneName(context.RunId, lane);
        int backend;
        try
        {
            backend = await connection.ScalarAsync<int>(context.Settings.ForLane(name, connection.PostgreSqlVersion.Major), [], cancellationToken);
            if (before is { } old)
                await connection.ScalarAsync<long>(SessionSettings.EndSession, [old.ProcessId, old.Name], cancellationToken);
        }
        catch (InvalidOperationException e) when (SqlState.IsUseOfBroken(e, connection))
        {
            await connection.DisposeAsync();
            throw SqlState.Broken(e);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
        return new(connection, new(backend, name), new(connection, context.Manifest, context.RunId, lane));
    }

    /// <summary>Begins a transaction for rows of the layout of <paramref name="sql"/>.</summary>
    /// <param name="sql">The layout's statements.</param>
    /// <param name="policy">How the rows are applied.</param>
    /// <param name="needsStage">Whether to begin with an empty stage; else there is one after <see cref="TryFirstAsync"/> was refused.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task BeginAsync(StageSql sql, LoadPolicy policy, bool needsStage, CancellationToken cancellationToken)
    {
        if (layout != sql)
        {
            layout = sql;
            isAsPlanned = null;
            if (sql.Planned is { } planned)
            {
                isAsPlanned = new(StageSql.IsAsPlanned, connection);
                isAsPlanned.Parameters.AddValues(planned);
            }
        }
        hasDeferredConstraints = policy.HasDeferredConstraints;
        if (needsStage) await MakeStageAsync(cancellationToken);
        await BeginTransactionAsync(cancellationToken);
    }

    /// <summary>Whether the target still has the columns that the layout was planned for; true for a table of the run's own.</summary>
    public async Task<bool> IsAsPlannedAsync(CancellationToken cancellationToken)
    {
        if (isAsPlanned is null) return true;
        // From the second batch on: to prepare it costs a round trip, and to plan it again for each more than to run it.
        if (wasAsPlanned) await isAsPlanned.PrepareAsync(cancellationToken);
        wasAsPlanned = true;
        return (bool)(await isAsPlanned.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>Commits. COMMIT travels alone, so that a client that dies before it commits nothing.</summary>
    public async Task CommitAsync(CancellationToken cancellationToken)
    {
        await transaction!.CommitAsync(cancellationToken);
        await transaction.DisposeAsync();
        transaction = null;
    }

    /// <summary>
    /// Does the first thing of the transaction, and begins anew, with a stage, when the server refuses a value. It needs no
    /// savepoint: a round trip less for each batch, and a transaction id.
    /// </summary>
    /// <returns>Why the server refused, or null.</returns>
    public async Task<PostgresException?> TryFirstAsync(Func<CancellationToken, Task> action, CancellationToken cancellationToken)
    {
        try
        {
            await action(cancellationToken);
            return null;
        }
        catch (PostgresException e) when (SqlState.IsDataError(e))
        {
            await transaction!.RollbackAsync(cancellationToken);
            await transaction.DisposeAsync();
            await MakeStageAsync(cancellationToken);
            await BeginTransactionAsync(cancellationToken);
            return e;
        }
    }

    /// <summary>
    /// Does something of which nothing is left when the server refuses a value, or when it is not to be kept. The savepoint
    /// of what is kept goes with the next one or with COMMIT: a round trip less for each batch.
    /// </summary>
    /// <param name="action">What to do.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <param name="keep">Asked afterwards whether to keep what was done; null for always.</param>
    /// <param name="isRefusal">Which errors are refusals; null for those of data.</param>
    /// <returns>Why the server refused, or null.</returns>
    public async Task<PostgresException?> TryAsync(
        Func<CancellationToken, Task> action, CancellationToken cancellationToken, Func<bool>? keep = null, Func<Exception, bool>? isRefusal = null)
    {
        if (isSaved) await connection.ExecuteAsync(TransactionSql.SaveAgain, [], cancellationToken);
        else await transaction!.SaveAsync(TransactionSql.Savepoint, cancellationToken);
        isSaved = true;
        try
        {
            await action(cancellationToken);
        }
        catch (PostgresException e) when ((isRefusal ?? SqlState.IsDataError)(e))
        {
            await UndoAsync(cancellationToken);
            return e;
        }
        if (keep?.Invoke() == false) await UndoAsync(cancellationToken);
        return null;
    }

    /// <summary>
    /// Sends rows through one COPY. The server may refuse them at any time, also at the end; nothing of them is there then.
    /// </summary>
    /// <param name="copySql">The statement.</param>
    /// <param name="rows">Rows in COPY's binary format, without its header and trailer.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <param name="walWriter">Is told what was sent; null for a table without WAL.</param>
    public async Task CopyAsync(
        string copySql, IAsyncEnumerable<ReadOnlyMemory<byte>> rows, CancellationToken cancellationToken, WalWriterWaker? walWriter = null)
    {
        var stream = await connection.BeginRawBinaryCopyAsync(copySql, cancellationToken);
        var finished = false;
        try
        {
            await stream.WriteAsync(Header, cancellationToken);
            await foreach (var bytes in rows.WithCancellation(cancellationToken))
            {
                await stream.WriteAsync(bytes, cancellationToken);
                walWriter?.AddCopied(bytes.Length);
            }
            await stream.WriteAsync(Trailer, cancellationToken);
            finished = true;
            await stream.DisposeAsync();
        }
        finally
        {
            // Disposing would complete the COPY with the rows so far.
            if (!finished) await AbandonAsync(stream);
        }
    }

    /// <summary>Ends the session; an open transaction rolls back.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            if (transaction is not null) await transaction.DisposeAsync();
            await connection.DisposeAsync();
        }
        catch (Exception e) when (SqlState.IsTransient(e) || e is PostgresException or InvalidOperationException)
        {
            // The connection was broken already; the server rolls back when it notices.
        }
        transaction = null;
    }

    /// <summary>Outside of a transaction, whose end would take the stage with it.</summary>
    private async Task MakeStageAsync(CancellationToken cancellationToken)
    {
        if (staged == layout) return;
        await connection.ExecuteAsync($"{StageSql.DropStage}; {layout!.CreateStage}", [], cancellationToken);
        staged = layout;
    }

    private async Task BeginTransactionAsync(CancellationToken cancellationToken)
    {
        transaction = await connection.BeginTransactionAsync(cancellationToken);
        isSaved = false;
        if (hasDeferredConstraints) await connection.ExecuteAsync(TransactionSql.CheckAtOnce, [], cancellationToken);
    }

    private async Task UndoAsync(CancellationToken cancellationToken)
    {
        await transaction!.RollbackAsync(TransactionSql.Savepoint, cancellationToken);
        await transaction.ReleaseAsync(TransactionSql.Savepoint, cancellationToken);
        isSaved = false;
    }

    private static async Task AbandonAsync(NpgsqlRawCopyStream stream)
    {
        try
        {
            await stream.CancelAsync();
        }
        catch (Exception e) when (e is NpgsqlException or IOException or InvalidOperationException)
        {
            // The failure that led here is the one to report.
        }
    }
}
