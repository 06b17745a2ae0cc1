using System.Security.Authentication;
using Npgsql;

namespace Ingest.Postgres;

/// <summary>What to say when there is no connection.</summary>
internal static class ConnectionErrors
{
    public static UnreachableException Unreachable(string server, Exception error) => new(
        error is PostgresException e ? e.SqlState : "unreachable",
        $"cannot connect to {server}: {Connections.Describe(error)}; {Advice(error)}",
        error);

    /// <summary>What to say of a statement of the run's own connection that was tried often enough.</summary>
    public static IngestException Failed(string server, Exception error) => error switch
    {
        PostgresException e when SqlState.IsContention(e) => new TargetException(
            e.SqlState,
            $"other sessions were in the way: {Connections.Describe(e)}; look for who has locked the table or the manifest (pg_locks), "
                + "or raise --lock-timeout, and start again with --resume",
            e),
        PostgresException { SqlState: "57014" or "57P01" or "57P05" } e => new UnreachableException(
            e.SqlState, $"{server} has ended a statement or the session: {Connections.Describe(e)}; start again with --resume", e),
        _ => Unreachable(server, error),
    };

    private static string Advice(Exception error) => error switch
    {
        PostgresException { SqlState: ['2', '8', ..] } => "check the role and its password (--dsn, PGPASSWORD, the password file)",
        PostgresException { SqlState: "3D000" } => "check the database's name",
        PostgresException { SqlState: "53300" } => "wait for connections to become free, or use a lower --concurrency",
        PostgresException => "check the server's log",
        { InnerException: AuthenticationException } => "check sslmode and sslrootcert in --dsn, and the server's certificate",
        _ => "check that the server runs, and --dsn",
    };
}
