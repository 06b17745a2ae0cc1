using System.Security.Cryptography;
using System.Text;
using Ingest.Sandbox.Internals;
using Npgsql;

namespace Ingest.Sandbox;

/// <summary>
/// A private, throwaway PostgreSQL: a cluster of its own in a temporary folder, on a free loopback port, gone when
/// this object is disposed or its process dies. With INGEST_TEST_DSN set it is that server instead, and what needs
/// a cluster of one's own throws <see cref="SandboxException"/> with the code <c>not_supported</c>.
/// </summary>
public sealed partial class PostgresSandbox : IAsyncDisposable
{
    private readonly NpgsqlConnectionStringBuilder _server;
    private readonly PrivateCluster? _cluster;
    private readonly List<string> _created = [];

    // Databases come and go with each test; a session for each statement would cost as much as the database.
    private readonly NpgsqlDataSource _administration;

    private PostgresSandbox(NpgsqlConnectionStringBuilder server, PrivateCluster? cluster)
    {
        _server = server;
        _cluster = cluster;
        _administration = NpgsqlDataSource.Create(server);
    }

    /// <summary>Whether the cluster is this object's own, so that it can be stopped, killed and configured.</summary>
    public bool IsPrivate => _cluster is not null;

    /// <summary>The server's host: 127.0.0.1 for a private cluster.</summary>
    public string Host => _server.Host!;

    /// <summary>The server's TCP port; a restart keeps it.</summary>
    public int Port => _server.Port;

    /// <summary>The role that connects: a superuser in a private cluster.</summary>
    public string User => _server.Username!;

    /// <summary>The role's password.</summary>
    public string Password => _server.Password ?? "";

    /// <summary>The connection string (Npgsql's keywords) of the first database.</summary>
    public string ConnectionString => _server.ConnectionString;

    /// <summary>The same as a <c>postgresql://</c> URI, for <c>--dsn</c> and for psql.</summary>
    public string Dsn => ServerAddress.ToUri(_server);

    /// <summary>The cluster's data folder.</summary>
    public string DataDirectory => Private(nameof(DataDirectory)).Folder.Data;

    /// <summary>The file that the server logs to.</summary>
    public string LogFile => Private(nameof(LogFile)).Folder.Log;

    /// <summary>The postmaster's process id.</summary>
    /// <exception cref="SandboxException">The server is stopped (<c>not_running</c>) or not private.</exception>
    public int PostmasterPid => Cluster.PostmasterPid(Private(nameof(PostmasterPid)).Folder) ?? throw SandboxErrors.NotRunning();

    /// <summary>Starts a private cluster, or connects to the server that the options name.</summary>
    /// <param name="options">What to start; null for a test cluster.</param>
    /// <param name="cancellation">Ends the start and removes what there is of it.</param>
    /// <exception cref="SandboxException">No binaries, or the server did not start; the message says why.</exception>
    public static async Task<PostgresSandbox> StartAsync(SandboxOptions? options = null, CancellationToken cancellation = default)
    {
        options ??= new SandboxOptions();
        var sandbox = options.Dsn is { } dsn
            ? new PostgresSandbox(ServerAddress.Parse(dsn), cluster: null)
            : await StartPrivateAsync(options, cancellation);
        try
        {
            foreach (var database in options.Databases) await sandbox.CreateDatabaseAsync(database, cancellation);
            return sandbox;
        }
        catch
        {
            await sandbox.DisposeAsync();
            throw;
        }
    }

    /// <summary>The connection string of another database of this server.</summary>
    public string ConnectionStringFor(string database) => For(database).ConnectionString;

    /// <summary>The URI of another database of this server.</summary>
    public string DsnFor(string database) => ServerAddress.ToUri(For(database));

    /// <summary>Npgsql's keyword form of an address that may be a <c>postgresql://</c> URI.</summary>
    /// <exception cref="SandboxException">It is neither (<c>bad_dsn</c>).</exception>
    public static string ConnectionStringOf(string dsn) => ServerAddress.Parse(dsn).ConnectionString;

    /// <summary>Creates a database, which goes when the sandbox is disposed.</summary>
    /// <param name="name">Any name of 1 to 63 bytes.</param>
    /// <param name="cancellation">Cancels the statement.</param>
    /// <returns>Its connection string.</returns>
    public async Task<string> CreateDatabaseAsync(string name, CancellationToken cancellation = default)
    {
        await AdministerAsync(connection => $"CREATE DATABASE {Quote(name)}{Strategy(connection)}", cancellation);
        lock (_created) _created.Add(name);
        return ConnectionStringFor(name);
    }

    /// <summary>Drops a database, ending its sessions.</summary>
    /// <param name="name">The database's name; one that does not exist is no error.</param>
    /// <param name="cancellation">Cancels the statement.</param>
    public async Task DropDatabaseAsync(string name, CancellationToken cancellation = default)
    {
        await AdministerAsync(_ => $"DROP DATABASE IF EXISTS {Quote(name)} WITH (FORCE)", cancellation);
        lock (_created) _created.Remove(name);
    }

    /// <summary>Runs SQL in the first database, over a connection of its own.</summary>
    /// <param name="sql">One or more statements.</param>
    /// <param name="cancellation">Cancels the statement.</param>
    public Task ExecuteAsync(string sql, CancellationToken cancellation = default) => ExecuteAloneAsync(_ => sql, cancellation);

    private async Task AdministerAsync(Func<NpgsqlConnection, string> sql, CancellationToken cancellation)
    {
        try
        {
            await using var connection = await _administration.OpenConnectionAsync(cancellation);
            await ExecuteAsync(connection, sql(connection), cancellation);
        }
        catch (NpgsqlException e) when (e is not PostgresException or { SqlState: PostgresErrorCodes.AdminShutdown })
        {
            // The server was stopped or killed meanwhile, and the sessions that waited here with it.
            _administration.Clear();
            await ExecuteAloneAsync(sql, cancellation);
        }
    }

    private async Task ExecuteAloneAsync(Func<NpgsqlConnection, string> sql, CancellationToken cancellation)
    {
        // Unpooled: what a statement sets, locks or leaves behind ends with it.
        var unpooled = new NpgsqlConnectionStringBuilder(ConnectionString) { Pooling = false };
        await using var connection = new NpgsqlConnection(unpooled.ConnectionString);
        await connection.OpenAsync(cancellation);
        await ExecuteAsync(connection, sql(connection), cancellation);
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellation)
    {
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Running the caller's SQL is this method's purpose.
        command.CommandText = sql;
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>
    /// Copying a database's files instead of logging their pages (PostgreSQL 15 and later) takes two checkpoints, and is quicker
    /// where those do not wait for the disk.
    /// </summary>
    private string Strategy(NpgsqlConnection connection) =>
        _cluster is { IsDurable: false } && connection.PostgreSqlVersion.Major >= 15 ? " STRATEGY file_copy" : "";

    private NpgsqlConnectionStringBuilder For(string database) => new(ConnectionString) { Database = database };

    private PrivateCluster Private(string what) => _cluster ?? throw SandboxErrors.NotPrivate(what);

    private static string Quote(string name)
    {
        var bytes = Encoding.UTF8.GetByteCount(name);
        if (bytes is 0 or > 63 || name.Contains('\0', StringComparison.Ordinal)) throw SandboxErrors.BadDatabaseName(bytes);
        return "\"" + name.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"";
    }

    private static string RandomPassword() => RandomNumberGenerator.GetHexString(32, lowercase: true);
}
