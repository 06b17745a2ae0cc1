using System.Runtime.CompilerServices;
using Ingest.Postgres;
using Npgsql;

namespace Ingest.Manifest.Queries;

/// <summary>Reads what the manifest remembers: runs, files, rejects.</summary>
public sealed class ManifestReader : IAsyncDisposable
{
    private readonly NpgsqlConnection connection;
    private readonly ManifestQuerySql sql;
    private readonly string schema;
    private readonly string server;

    private ManifestReader(NpgsqlConnection connection, string schema, string server)
    {
        this.connection = connection;
        this.schema = schema;
        this.server = server;
        sql = new(schema);
    }

    /// <summary>Connects.</summary>
    /// <param name="dsn">The server and the role.</param>
    /// <param name="schema">The manifest's schema.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="UnreachableException">The server does not answer, or refuses the role.</exception>
    public static async Task<ManifestReader> OpenAsync(NpgsqlConnectionStringBuilder dsn, string schema, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(dsn);
        Identifier.Check(schema, "manifest schema");
        var server = DsnDisplay.Show(dsn);
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(dsn.ConnectionString) { Pooling = false }.ConnectionString);
        try
        {
            // A server that accepts and never answers: the wait ends with the token, whatever the driver is doing.
            await connection.OpenAsync(cancellationToken).WaitAsync(cancellationToken);
            return new(connection, schema, server);
        }
        catch (Exception e) when (ConnectionErrors.IsOfConnecting(e))
        {
            await connection.DisposeAsync();
            throw ConnectionErrors.Unreachable(server, e);
        }
    }

    /// <summary>The newest runs.</summary>
    public Task<List<RunSummary>> ListRunsAsync(int limit, CancellationToken cancellationToken) =>
        ReadAsync(sql.Runs, ["%", limit], ReadRun, cancellationToken).ToListAsync(cancellationToken).AsTask();

    /// <summary>The run whose id starts with <paramref name="prefix"/>.</summary>
    /// <exception cref="PlanException">No run has such an id, or several have.</exception>
    public async Task<RunSummary> FindRunAsync(string prefix, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        if (prefix.Length == 0 || !prefix.All(c => char.IsAsciiHexDigit(c) || c == '-')) throw ManifestReaderErrors.NotARun(prefix);
        var found = await ReadAsync(sql.Runs, [prefix.ToLowerInvariant() + "%", 2], ReadRun, cancellationToken).ToListAsync(cancellationToken);
        return found.Count switch
        {
            0 => throw ManifestReaderErrors.NoSuchRun(prefix, schema),
            1 => found[0],
            _ => throw ManifestReaderErrors.SeveralRuns(prefix),
        };
    }

    /// <summary>The files whose load a run worked on last.</summary>
    public Task<List<FileSummary>> ListFilesAsync(Guid runId, CancellationToken cancellationToken) =>
        ReadAsync(sql.Files, [runId], ReadFile, cancellationToken).ToListAsync(cancellationToken).AsTask();

    /// <summary>The rejects in the order of their files and records.</summary>
    public IAsyncEnumerable<RejectRow> ReadRejectsAsync(RejectFilter filter, CancellationToken cancellationToken) =>
        ReadAsync(sql.Rejects, Values(filter), ReadReject, cancellationToken);

    /// <summary>The number of rejects, whatever the filter's limit.</summary>
    public Task<long> CountRejectsAsync(RejectFilter filter, CancellationToken cancellationToken) =>
        ReadAsync(sql.CountRejects, Values(filter), row => row.GetInt64(0), cancellationToken).FirstAsync(cancellationToken).AsTask();

    /// <summary>The loads that the rejects come from.</summary>
    public Task<List<RejectOrigin>> ListOriginsAsync(RejectFilter filter, CancellationToken cancellationToken) =>
        ReadAsync(sql.RejectOrigins, Values(filter), ReadOrigin, cancellationToken).ToListAsync(cancellationToken).AsTask();

    /// <summary>The loads that the rejects with these ids come from.</summary>
    public Task<List<RejectOrigin>> ListOriginsAsync(IReadOnlyCollection<long> ids, CancellationToken cancellationToken) =>
        ReadAsync(sql.OriginsOfIds, [ids.ToArray()], ReadOrigin, cancellationToken).ToListAsync(cancellationToken).AsTask();

    /// <summary>Those of the rejects with these ids that are there, and whether each is resolved.</summary>
    internal ValueTask<Dictionary<long, bool>> ReadStatesAsync(IReadOnlyCollection<long> ids, CancellationToken cancellationToken) =>
        ReadAsync(sql.States, [ids.ToArray()], row => (Id: row.GetInt64(0), IsResolved: row.GetBoolean(1)), cancellationToken)
            .ToDictionaryAsync(reject => reject.Id, reject => reject.IsResolved, cancellationToken: cancellationToken);

    /// <summary>How many of the rejects with these ids a run has resolved.</summary>
    internal Task<long> CountResolvedAsync(IReadOnlyCollection<long> ids, Guid runId, CancellationToken cancellationToken) =>
        ReadAsync(sql.CountResolved, [runId, ids.ToArray()], row => row.GetInt64(0), cancellationToken).FirstAsync(cancellationToken).AsTask();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => connection.DisposeAsync();

    private static object?[] Values(RejectFilter filter) => [filter.RunId, filter.File, filter.Table, filter.IncludeResolved, filter.Limit];

    private static RunSummary ReadRun(NpgsqlDataReader row) => new(
        row.GetGuid(0), row.GetDateTime(1), Nullable(row, 2, row.GetDateTime), row.GetString(3), row.GetString(4), row.GetString(5),
        Text(row, 6), Nullable(row, 7, row.GetInt32), Text(row, 8), Text(row, 9), row.GetInt64(10), ReadCounts(row, 11));

    private static FileSummary ReadFile(NpgsqlDataReader row) => new(
        row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetString(4), Nullable(row, 5, row.GetInt64),
        Bytes(row, 6), row.GetDateTime(7), Nullable(row, 8, row.GetDateTime), ReadCounts(row, 9), Text(row, 16));

    private static RejectRow ReadReject(NpgsqlDataReader row) => new(
        row.GetInt64(0), row.GetInt64(1), row.GetGuid(2), row.GetString(3), row.GetInt64(4), row.GetInt64(5), Text(row, 6),
        row.GetString(7), row.GetString(8), Text(row, 9), Bytes(row, 10), Nullable(row, 11, row.GetDateTime));

    private static RejectOrigin ReadOrigin(NpgsqlDataReader row) => new(
        row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetFieldValue<string[]>(4), row.GetString(5));

    private static LoadCounts ReadCounts(NpgsqlDataReader row, int first) => new()
    {
        Read = row.GetInt64(first),
        Inserted = row.GetInt64(first + 1),
        Updated = row.GetInt64(first + 2),
        Unchanged = row.GetInt64(first + 3),
        Skipped = row.GetInt64(first + 4),
        Superseded = row.GetInt64(first + 5),
        Rejected = row.GetInt64(first + 6),
    };

    private static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private static byte[]? Bytes(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetFieldValue<byte[]>(column);

    private static T? Nullable<T>(NpgsqlDataReader row, int column, Func<int, T> read) where T : struct =>
        row.IsDBNull(column) ? null : read(column);

    private NpgsqlCommand Command(string text, object?[] values)
    {
        var command = new NpgsqlCommand(text, connection);
        foreach (var value in values) command.Parameters.Add(new() { Value = value ?? DBNull.Value });
        return command;
    }

    private async IAsyncEnumerable<T> ReadAsync<T>(
        string text, object?[] values, Func<NpgsqlDataReader, T> read, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var command = Command(text, values);
        await using var reader = await TryAsync(command.ExecuteReaderAsync(cancellationToken));
        while (await TryAsync(reader.ReadAsync(cancellationToken))) yield return read(reader);
    }

    private async Task<T> TryAsync<T>(Task<T> work)
    {
        try
        {
            return await work;
        }
        catch (PostgresException e) when (e.InvariantSeverity == "ERROR")
        {
            throw ManifestReaderErrors.Failed(schema, e);
        }
        // What is no ERROR has ended the session; so may have a failure that went by unseen while it was idle.
        catch (Exception e) when (e is NpgsqlException or TimeoutException or IOException || SqlState.IsUseOfBroken(e, connection))
        {
            throw ConnectionErrors.Lost(server, e);
        }
    }
}
