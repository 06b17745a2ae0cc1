using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using Npgsql;

namespace Ingest.Postgres;

/// <summary>What to say when there is no connection.</summary>
internal static class ConnectionErrors
{
    /// <summary>Npgsql has no type of its own for it.</summary>
    private const string NoPassword = "No password has been provided";

    /// <summary>Npgsql's words for a server without SSL that sslmode asks it of.</summary>
    private const string NoSsl = "SSL connection requested";

    /// <summary>Whether connecting failed by the server, the network or a file of the client's certificate: told as <see cref="Unreachable"/>.</summary>
    public static bool IsOfConnecting(Exception error) =>
        error is NpgsqlException or SocketException or TimeoutException or IOException || IsOfCertificateFile(error);

    /// <summary>No connection could be had.</summary>
    public static UnreachableException Unreachable(string server, Exception error) => new(
        error is PostgresException e ? e.SqlState : "unreachable",
        $"cannot connect to {server}: {Connections.Describe(error).TrimEnd('.')}; {Advice(error)}",
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

    /// <summary>A connection that was there, and ended or stopped answering.</summary>
    public static UnreachableException Lost(string server, Exception error) => new(
        error is PostgresException e ? e.SqlState : "unreachable",
        $"reading from {server} failed: {Connections.Describe(error).TrimEnd('.')}; "
            + "check that the server runs (a higher --command-timeout waits longer for it)",
        error);

    /// <summary>What Npgsql lets through of the files of sslcert, sslkey and sslrootcert.</summary>
    private static bool IsOfCertificateFile(Exception error) =>
        error is CryptographicException or UnauthorizedAccessException or FileNotFoundException or DirectoryNotFoundException;

    private static string Advice(Exception error) => error switch
    {
        PostgresException { SqlState: ['2', '8', ..] } => "check the role and its password (--dsn, PGPASSWORD, the password file)",
        PostgresException { SqlState: "3D000" } => "check the database's name",
        PostgresException { SqlState: "53300" } => "wait for connections to become free, or use a lower --concurrency",
        PostgresException => "check the server's log",
        { InnerException: AuthenticationException } => "check sslmode and sslrootcert in --dsn, and the server's certificate",
        NpgsqlException when error.Message.StartsWith(NoPassword, StringComparison.Ordinal) => "give it in PGPASSWORD, the password file or --dsn",
        NpgsqlException when error.Message.StartsWith(NoSsl, StringComparison.Ordinal) =>
            "switch SSL on in the server, or give another sslmode (--dsn, PGSSLMODE)",
        _ when IsOfCertificateFile(error) => "check the files of sslcert, sslkey and sslrootcert (--dsn, PGSSLCERT, PGSSLKEY, PGSSLROOTCERT)",
        _ => "check that the server runs, and --dsn",
    };
}
