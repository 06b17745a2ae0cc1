using System.Data;
using System.Net.Sockets;
using System.Security.Authentication;
using Npgsql;

namespace Ingest.Postgres;

/// <summary>
/// What to do about a failure of the server or the way to it. Npgsql's own IsTransient is not used: it calls a full
/// disk's siblings transient and a protocol error's siblings not (SQLSTATE classes: PostgreSQL documentation, appendix A).
/// </summary>
internal static class SqlState
{
    /// <summary>
    /// Whether a row is at fault, whenever it is tried: data exceptions (class 22) and integrity violations (class 23); a
    /// row that a view's check option refuses (44000); a row, an index key or a nesting beyond the server's limits (54000,
    /// 54001); a value that its type's own language does not allow (42601 of tsquery, jsonpath, …, which unlike that of a
    /// statement has no position in one); a row that a trigger refuses (P0001, what RAISE EXCEPTION says by itself); a row that a
    /// statement met twice, because a trigger gave it the key of another (21000): each alone is applied; a row that a policy of
    /// the table's row security refuses, which has the SQLSTATE of a missing right and is told by the server's routine.
    /// </summary>
    public static bool IsDataError(Exception error) =>
        error is PostgresException { SqlState: ['2', '2' or '3', ..] or "21000" or "44000" or "54000" or "54001" or "P0001" }
            or PostgresException { SqlState: "42601", Position: 0 }
            or PostgresException { SqlState: "42501", Routine: "ExecWithCheckOptions" };

    /// <summary>
    /// Whether a value that a statement reads from text may be at fault, which is to be found out: the inputs of some types have codes
    /// that mean something else elsewhere (42P01 of regclass). Never what speaks of the server, the session or damaged storage.
    /// </summary>
    public static bool MayBeOfText(Exception error) => IsDataError(error)
        || (error is PostgresException { InvariantSeverity: "ERROR", SqlState: not (['0', '8', ..] or ['2', '5', ..] or ['5', '7', ..] or ['X', 'X', ..]) } && !IsTransient(error));

    /// <summary>What the inputs of some extensions' types say of a value (hstore, geometry). Npgsql gives up a connection that says it.</summary>
    public static bool IsInternal(Exception error) => error is PostgresException { SqlState: PostgresErrorCodes.InternalError };

    /// <summary>Whether this database or role has no PL/pgSQL.</summary>
    public static bool IsNoLanguage(Exception error) => error is PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege or PostgresErrorCodes.UndefinedObject };

    /// <summary>Whether two sessions waited for rows of each other, and this one had to give way.</summary>
    public static bool IsDeadlock(Exception error) => error is PostgresException { SqlState: PostgresErrorCodes.DeadlockDetected };

    /// <summary>Whether other sessions were in the way: locks, deadlocks, serialization (classes 40 and 55). The connection is as good as before.</summary>
    public static bool IsContention(Exception error) => error is PostgresException { SqlState: "40001" or "40P01" or "55P03" or "55006" };

    /// <summary>Whether a table could not be made because another session has just made it.</summary>
    public static bool IsMadeMeanwhile(Exception error) =>
        error is PostgresException { SqlState: PostgresErrorCodes.DuplicateTable or PostgresErrorCodes.UniqueViolation };

    /// <summary>Whether the same work may succeed on another attempt.</summary>
    public static bool IsTransient(Exception error) => error switch
    {
        PostgresException e => IsTransient(e.SqlState),
        // An AuthenticationException is TLS that was refused: a certificate that is not trusted stays so.
        NpgsqlException e => e.InnerException is not (ArgumentException or InvalidCastException or NotSupportedException or AuthenticationException),
        TimeoutException or IOException or SocketException => true,
        _ => false,
    };

    /// <summary>
    /// Whether a connection, or its transaction, was used that had broken before: while it was idle (a keepalive), or in a
    /// statement whose failure went by. Npgsql has no type of its own for that; <see cref="Broken"/> makes it a failure of the connection.
    /// </summary>
    public static bool IsUseOfBroken(Exception error, NpgsqlConnection? connection) =>
        error is InvalidOperationException && connection is { State: not ConnectionState.Open };

    /// <summary>That a connection had broken, as what is tried again.</summary>
    public static NpgsqlException Broken(Exception error) => new("the connection had broken", error);

    private static bool IsTransient(string state) => state switch
    {
        "08000" or "08001" or "08003" or "08004" or "08006" => true,
        "40001" or "40P01" => true,
        ['5', '3', ..] => true,
        "55P03" or "55006" => true,
        "57014" or "57P01" or "57P02" or "57P03" or "57P05" => true,
        ['5', '8', ..] => true,
        // The backend says so when its client's socket died in mid COPY.
        "08P01" => false,
        _ => false,
    };
}
