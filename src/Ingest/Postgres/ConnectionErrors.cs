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
