namespace Ingest.Postgres;

/// <summary>What a session is set to before it works.</summary>
/// <param name="Durable">Whether every commit waits for the WAL flush.</param>
/// <param name="LockTimeout">Seconds to wait for a lock before 55P03.</param>
internal sealed record SessionSettings(bool Durable, int LockTimeout)
{
    /// <summary>
    /// The statements for a lane: JIT never pays for these short statements, a commit need not wait for the WAL because
    /// rows and watermark vanish together, and a backend whose client died should notice soon (PostgreSQL 14 and later).
    /// </summary>
    public string ForLane(int serverMajor) =>
        $"SET application_name = 'ingest'; SET DateStyle = 'ISO'; SET jit = off; SET lock_timeout = '{LockTimeout}s'; "
        + "SET temp_buffers = '32MB'; SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0; "
        + (Durable ? "" : "SET synchronous_commit = off; ")
        + (serverMajor >= 14 ? "SET client_connection_check_interval = '1s'; " : "");

    /// <summary>The statements for the run's own connection, whose commits are always durable.</summary>
    public string ForControl() =>
        $"SET application_name = 'ingest'; SET DateStyle = 'ISO'; SET jit = off; SET lock_timeout = '{LockTimeout}s'; SET statement_timeout = 0";
}
