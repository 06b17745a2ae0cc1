using Npgsql;

namespace Ingest.Postgres;

/// <summary>
/// Tells a connection pooler that gives each transaction whichever session is free (PgBouncer's <c>pool_mode=transaction</c>)
/// from one that gives each client a session of its own. Through the first, a lock stays with a session that others have
/// next, so that two loaders take the same file, and what lanes set, such as <c>synchronous_commit = off</c>, reaches
/// other people's transactions.
/// </summary>
internal static class Pooler
{
    /// <summary>The server process that a statement runs in.</summary>
    public const string Backend = "SELECT pg_backend_pid()";

    /// <summary>Other clients of a busy pooler may take a session in between.</summary>
    private const int Looks = 3;

    /// <summary>Looks whether two connections share sessions.</summary>
    /// <param name="connection">The run's first connection, outside a transaction, with nothing set yet.</param>
    /// <param name="connections">Opens the second, if there is a pooler at all.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="PlanException">They do.</exception>
    public static async Task RefuseSharedSessionsAsync(NpgsqlConnection connection, Connections connections, CancellationToken cancellationToken)
    {
        // A server names its process as the session starts (BackendKeyData); a pooler makes up a name.
        var backend = await BackendAsync(connection, cancellationToken);
        if (backend == connection.ProcessID) return;

        await using var other = await connections.OpenFirstAsync(cancellationToken);
        for (var look = 0; look < Looks; look++)
        {
            // Some give away the session that was free last, some the one that was free first.
            if (await BackendAsync(other, cancellationToken) == backend || await BackendAsync(connection, cancellationToken) != backend)
                throw new PlanException("shared_sessions",
                    $"{connections.Server} is a pooler that gives each transaction another session (as pool_mode=transaction does); "
                    + "connect to PostgreSQL itself, or to a pool with pool_mode=session");
        }
    }

    private static Task<int> BackendAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        connection.ScalarAsync<int>(Backend, [], cancellationToken);
}
