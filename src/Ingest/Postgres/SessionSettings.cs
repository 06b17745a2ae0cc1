namespace Ingest.Postgres;

/// <summary>What a session is set to before it works.</summary>
/// <param name="Durable">Whether every commit waits for the WAL flush.</param>
/// <param name="LockTimeout">Seconds to wait for a lock before 55P03.</param>
internal sealed record SessionSettings(bool Durable, int LockTimeout)
{
    /// <summary>
    /// The statements for a lane, of which the first gives its process: JIT never pays for these short statements, a commit
    /// need not wait for the WAL because rows and watermark vanish together, and a backend whose client died should notice
    /// soon (PostgreSQL 14 and later).
    /// </summary>
    /// <param name="name">The session's application name: with the process id it tells this session from any later one.</param>
    /// <param name="serverMajor">The server's major version.</param>
    public string ForLane(string name, int serverMajor) =>
        $"{Pooler.Backend}; SET application_name = '{name}'; {NoticeDeadNetwork(serverMajor)}SET DateStyle = 'ISO'; SET jit = off; SET lock_timeout = '{LockTimeout}s'; "
        + $"SET temp_buffers = '32MB'; {NoOtherTimeouts(serverMajor)}"
        + (Durable ? WaitForWal : "SET synchronous_commit = off; ")
        + (serverMajor >= 14 ? NoticeDeadClient : "");

    /// <summary>
    /// How long a server takes to notice that a client has vanished with its network: its backend waits for it, with its
    /// locks, for two hours by default. Over a Unix socket, and where the platform cannot, the settings do nothing.
    /// </summary>
    public static readonly TimeSpan DeadNetwork = TimeSpan.FromSeconds(25);

    /// <summary>Ten seconds of silence, then three probes; what was sent and is not acknowledged gets as long (PostgreSQL 12 and later; that an older one is too old is told by the plan).</summary>
    private static string NoticeDeadNetwork(int serverMajor) =>
        "SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3; "
        + (serverMajor >= 12 ? "SET tcp_user_timeout = '25s'; " : "");

    /// <summary>
    /// What a role or a database has against people who forget a session would end a load in its middle: the run's own connection
    /// is idle while the lanes work, and all are while a pipe pauses.
    /// </summary>
    private static string NoOtherTimeouts(int serverMajor) =>
        "SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0; "
        + (serverMajor >= 14 ? "SET idle_session_timeout = 0; " : "")
        + (serverMajor >= 17 ? "SET transaction_timeout = 0; " : "");

    /// <summary>A server, a database or a role may have it off for all that do not ask; what it has beyond "on" stays.</summary>
    private const string WaitForWal =
        "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'; ";

    /// <summary>
    /// Linux can do it, whatever the version; elsewhere a server may refuse the setting, and without it nothing is lost but time.
    /// No block of a procedural language that would catch the refusal: a role may not use any, and the first use loads it.
    /// </summary>
    private const string NoticeDeadClient =
        "SELECT set_config('client_connection_check_interval', '1s', false) WHERE version() LIKE '%-linux-%'; ";

    /// <summary>Ends an earlier session of this role by its process id and application name, if it is still there.</summary>
    public const string EndSession =
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE pid = $1 AND application_name = $2 AND usename = current_user";

    /// <summary>Ends the sessions of this role whose application name is like a pattern.</summary>
    public const string EndSessions =
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name LIKE $1 AND usename = current_user";

    /// <summary>
    /// A commit that wakes the WAL writer: one of a transaction that has an id and changed nothing is asynchronous whatever
    /// <c>synchronous_commit</c> says (RecordTransactionCommit in src/backend/access/transam/xact.c).
    /// </summary>
    public const string WakeWalWriter = "SELECT pg_current_xact_id()";

    /// <summary>A lane's application name.</summary>
    public static string LaneName(Guid runId, int lane) => $"ingest {runId:N} lane {lane}";

    /// <summary>What the application names of all lanes of a run are like.</summary>
    public static string LanesOf(Guid runId) => $"ingest {runId:N} lane %";

    /// <summary>The application name of a run's own connection.</summary>
    public static string ControlName(Guid runId) => $"ingest {runId:N} control";

    /// <summary>The statements for the run's own connection, whose commits are always durable; the first gives its process.</summary>
    /// <param name="name">The session's application name, which tells it from any other run's.</param>
    /// <param name="serverMajor">The server's major version.</param>
    public string ForControl(string name, int serverMajor) =>
        $"{Pooler.Backend}; SET application_name = '{name}'; {NoticeDeadNetwork(serverMajor)}SET DateStyle = 'ISO'; SET jit = off; SET lock_timeout = '{LockTimeout}s'; {NoOtherTimeouts(serverMajor)}{WaitForWal}";
}
