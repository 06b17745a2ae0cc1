using Npgsql;

namespace Ingest.Postgres;

/// <summary>What to say when there is no connection.</summary>
internal static class ConnectionErrors
{
    public static UnreachableException Unreachable(string server, Exception error) => new(
        error is PostgresException e ? e.SqlState : "unreachable",
        $"cannot connect to {server}: {Connections.Describe(error)}; {Advice(error)}",
        error);

    private static string Advice(Exception error) => error is not PostgresException e
        ? "check that the server runs, and --dsn"
        : e.SqlState switch
        {
            ['2', '8', ..] => "check the role and its password (--dsn, PGPASSWORD, the password file)",
            "3D000" => "check the database's name",
            "53300" => "wait for connections to become free, or use a lower --concurrency",
            _ => "check the server's log",
        };
}
