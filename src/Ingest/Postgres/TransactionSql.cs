namespace Ingest.Postgres;

/// <summary>What a lane says inside of its transactions beside its work.</summary>
internal static class TransactionSql
{
    /// <summary>The name of the only savepoint.</summary>
    public const string Savepoint = "s";

    /// <summary>Keeps what was done since the savepoint, and sets it anew.</summary>
    public const string SaveAgain = $"RELEASE SAVEPOINT {Savepoint}; SAVEPOINT {Savepoint}";

    /// <summary>Has deferred constraints checked by each statement, so that a row is refused while it can still be told from others.</summary>
    public const string CheckAtOnce = "SET CONSTRAINTS ALL IMMEDIATE";
}
