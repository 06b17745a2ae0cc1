using Ingest.Postgres;
using Npgsql;

namespace Ingest.Lanes;

/// <content>The lane's session, which goes with a failure, and what a new one asks before the next attempt.</content>
internal sealed partial class Lane
{
    private LaneSession? session;
    private SessionIdentity? lastSession;

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
}
