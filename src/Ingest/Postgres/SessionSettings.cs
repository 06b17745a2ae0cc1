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
    /// <param name="name">The session's application name: with the process id it tells this session from any later one.</param>
    /// <param name="serverMajor">The server's major version.</param>
    public string ForLane(string name, int serverMajor) =>
        $"SET application_name = '{name}'; {NoticeDeadNetwork}SET DateStyle = 'ISO'; SET jit = off; SET lock_timeout = '{LockTimeout}s'; "
        + "SET temp_buffers = '32MB'; SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0; "
        + (Durable ? "" : "SET synchronous_commit = off; ")
        + (serverMajor >= 14 ? NoticeDeadClient : "");

    /// <summary>
    /// A client that vanished with its network leaves a backend that waits for it, with its locks, for two hours by default.
    /// A minute is enough. Over a Unix socket, and where the platform cannot, the settings do nothing.
    /// </summary>
    private const string NoticeDeadNetwork = "SET tcp_keepalives_idle = 30; SET tcp_keepalives_interval = 10; SET tcp_keepalives_count = 3; ";

    /// <summary>Not every platform can do it; there the setting is refused, and nothing is lost but time.</summary>
    private const string NoticeDeadClient =
        "DO $$ BEGIN PERFORM set_config('client_connection_check_interval', '1s', false); EXCEPTION WHEN invalid_parameter_value THEN NULL; END $$; ";

    /// <summary>Ends an earlier session of this role by its process id and application name, if it is still there.</summary>
    public const string EndSession =
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE pid = $1 AND application_name = $2 AND usename = current_user";

    /// <summary>The statements for the run's own connection, whose commits are always durable.</summary>
    /// <param name="name">The session's application name, which tells it from any other run's.</param>
    public string ForControl(string name) =>
        $"SET application_name = '{name}'; {NoticeDeadNetwork}SET DateStyle = 'ISO'; SET jit = off; SET lock_timeout = '{LockTimeout}s'; SET statement_timeout = 0";
}
