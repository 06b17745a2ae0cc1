using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Ingest.Postgres;
using Npgsql;
using NpgsqlTypes;

namespace Ingest.Manifest;

/// <summary>A run's entries in the manifest: what is done outside the lanes' transactions, on the run's own connection.</summary>
/// <param name="connection">The run's own connection.</param>
/// <param name="sql">The statements.</param>
/// <param name="secrets">Takes the passwords out of notes: they quote the server.</param>
/// <param name="runId">The run.</param>
internal sealed class ManifestStore(NpgsqlConnection connection, ManifestSql sql, SecretFilter secrets, Guid runId)
{
    /// <summary>The run that writes here.</summary>
    public Guid RunId => runId;

    /// <summary>Notes that the run begins.</summary>
    public Task StartRunAsync(string target, string mode, CancellationToken cancellationToken) => connection.ExecuteAsync(
        sql.StartRun,
        [runId, target, mode, Environment.MachineName, Environment.ProcessId, typeof(ManifestStore).Assembly.GetName().Version!.ToString(3)],
        cancellationToken);

    /// <summary>Notes how the run ended.</summary>
    public Task FinishRunAsync(string status, string? notes, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(sql.FinishRun, [runId, status, Text(WithoutSecrets(notes))], cancellationToken);

    /// <summary>
    /// Tries to become the only loader of a file into a table. The lock belongs to this session and ends with it.
    /// </summary>
    public async Task<bool> TryLockAsync(string file, string target, CancellationToken cancellationToken) =>
        await connection.ScalarAsync<bool>(AdvisoryLockSql.TryLock, [LockKey(file, target)], cancellationToken);

    /// <summary>Tries to become the only loader of several files; gives those that are held now.</summary>
    public Task<List<string>> TryLockAsync(string[] files, string target, CancellationToken cancellationToken) => connection.QueryAsync(
        AdvisoryLockSql.TryLockAll,
        [files, files.Select(f => LockKey(f, target)).ToArray()], row => row.GetString(0), cancellationToken);

    /// <summary>Gives the locks of files back.</summary>
    public Task UnlockAsync(string[] files, string target, CancellationToken cancellationToken) => connection.ExecuteAsync(
        AdvisoryLockSql.UnlockAll, [files.Select(f => LockKey(f, target)).ToArray()], cancellationToken);

    /// <summary>The run that holds a file, in words, as far as the manifest knows it.</summary>
    public async Task<string> DescribeHolderAsync(string file, string target, CancellationToken cancellationToken)
    {
        var holders = await connection.QueryAsync(sql.Holder, [file, target], row =>
            $"run {row.GetGuid(0)} (host {row.GetString(1)}, pid {row.GetInt32(2)}, since {row.GetDateTime(3):yyyy-MM-dd HH:mm:ss}Z)", cancellationToken);
        return holders.Count > 0 ? holders[0] : "another run that has just begun";
    }

    /// <summary>
    /// Ends what is left of a run that no longer holds its file. Behind a network that died its lanes hold locks on the rows
    /// that a resume writes.
    /// </summary>
    public async Task EndRunAsync(Guid run, CancellationToken cancellationToken)
    {
        await EndLanesAsync(run, cancellationToken);
        await connection.ExecuteAsync(sql.InterruptRun, [run, runId], cancellationToken);
    }

    /// <summary>Ends what is left of this run's own lanes.</summary>
    public Task<long> EndLanesAsync(CancellationToken cancellationToken) => EndLanesAsync(runId, cancellationToken);

    private Task<long> EndLanesAsync(Guid run, CancellationToken cancellationToken) =>
        connection.ScalarAsync<long>(SessionSettings.EndSessions, [SessionSettings.LanesOf(run)], cancellationToken);

    /// <summary>The newest load of each file into a table, or null.</summary>
    public async Task<ManifestEntry?[]> FindLatestAsync(IReadOnlyList<string> files, string target, CancellationToken cancellationToken)
    {
        var latest = new ManifestEntry?[files.Count];
        var found = await connection.QueryAsync(sql.FindLatest, [files.ToArray(), target], row => (Place: row.GetInt64(0), Entry: new ManifestEntry(
            row.GetInt64(1),
            row.GetGuid(2),
            Enum.Parse<FileStatus>(row.GetString(3), ignoreCase: true),
            row.IsDBNull(4) ? null : row.GetFieldValue<byte[]>(4),
            row.IsDBNull(5) ? null : row.GetInt64(5),
            row.GetInt32(6),
            row.GetFieldValue<string[]>(7),
            row.GetString(8),
            row.GetString(9),
            row.GetFieldValue<uint>(10),
            row.GetBoolean(11),
            row.GetInt64(12),
            row.GetInt64(13))), cancellationToken);
        foreach (var (place, entry) in found) latest[place - 1] = entry;
        return latest;
    }

    /// <summary>Whether the last run that worked on one of these files did not end with success.</summary>
    public Task<bool> WasInterruptedAsync(string[] files, string target, CancellationToken cancellationToken) =>
        connection.ScalarAsync<bool>(sql.WasInterrupted, [files, target, runId], cancellationToken);

    /// <summary>Notes that this run has finished what earlier ones began with these files.</summary>
    public Task FinishEarlierAsync(string[] files, string target, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(sql.FinishEarlier, [files, target, runId], cancellationToken);

    /// <summary>The number of files that a run worked on.</summary>
    public Task<long> CountFilesAsync(Guid run, CancellationToken cancellationToken) =>
        connection.ScalarAsync<long>(sql.CountFiles, [run], cancellationToken);

    /// <summary>Adds files and their lanes' empty watermarks, all or none; gives the rows of the manifest.</summary>
    public async Task<long[]> CreateEntriesAsync(IReadOnlyList<NewManifestEntry> entries, CancellationToken cancellationToken)
    {
        // Files that are loaded together are mostly alike.
        var alike = entries.GroupBy(e => (e.Target, e.TargetOid, e.IsUnlogged, e.Mode, e.Lanes, Header: string.Join('\0', e.Header), e.Dialect, e.Options));
        var created = await connection.QueryAllAsync(alike.Select(group => (sql.CreateEntries, CreateValues([.. group]))),
            row => (File: row.GetString(0), Id: row.GetInt64(1)), cancellationToken);
        var ids = created.SelectMany(rows => rows).ToDictionary(row => row.File, row => row.Id);
        return [.. entries.Select(e => ids[e.FileName])];
    }

    /// <summary>
    /// Becomes the owner of an earlier load's watermarks and returns them. From then on nothing of that load can be
    /// committed any more but by this run, so what they say stays true.
    /// </summary>
    public async Task<Watermark[]> TakeOverWatermarksAsync(long entry, CancellationToken cancellationToken)
    {
        var marks = await connection.QueryAsync(sql.TakeOverWatermarks, [entry, runId], row => (
            Lane: row.GetInt32(0),
            Mark: new Watermark(
                row.GetInt64(1),
                new(row.GetInt64(2), row.GetInt64(3), row.GetInt64(4), row.GetFieldValue<byte[]>(5)),
                ReadCounts(row, 6))), cancellationToken);
        return [.. marks.OrderBy(m => m.Lane).Select(m => m.Mark)];
    }

    /// <summary>Goes on with an earlier load.</summary>
    /// <param name="entry">Its entry.</param>
    /// <param name="isUnlogged">Whether a server that crashes empties the table.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task ContinueAsync(long entry, bool isUnlogged, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(sql.TakeOverEntry, [entry, runId, isUnlogged], cancellationToken);

    /// <summary>Notes that an earlier load that had not ended well is not gone on with.</summary>
    public Task AbandonAsync(long entry, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(sql.Abandon, [entry, runId.ToString()], cancellationToken);

    /// <summary>Makes the table that remembers a file's keys.</summary>
    public Task CreateKeysAsync(StageSql stage, long entry, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(stage.CreateKeys(sql.SchemaName, entry), [], cancellationToken);

    /// <summary>Ends the load of a file as <see cref="FinishAsync"/> does, and drops the table of its keys, both or neither.</summary>
    public async Task<LoadCounts?> FinishWithKeysAsync(EndedEntry entry, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if ((await FinishAsync([entry], cancellationToken))[0] is not { } counts) return null;
        await DropKeysAsync(entry.Id, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return counts;
    }

    /// <summary>Drops the table that remembers a file's keys.</summary>
    public Task DropKeysAsync(long entry, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(StageSql.DropKeys(sql.SchemaName, entry), [], cancellationToken);

    /// <summary>Ends the loads of files and returns the counts of each, or null where another run has taken it over, or not all records of a success are committed.</summary>
    public async Task<LoadCounts?[]> FinishAsync(IReadOnlyList<EndedEntry> entries, CancellationToken cancellationToken)
    {
        var ended = await connection.QueryAsync(sql.FinishEntries,
        [
            runId, entries.Select(e => e.Id).ToArray(), entries.Select(e => StatusName(e.Status)).ToArray(),
            Array(entries.Select(e => e.Checksum), NpgsqlDbType.Bytea), Array(entries.Select(e => e.FileSize), NpgsqlDbType.Bigint),
            Array(entries.Select(e => WithoutSecrets(e.Notes)), NpgsqlDbType.Text), entries.Select(e => e.Read).ToArray(),
        ], row => (Id: row.GetInt64(0), Counts: ReadCounts(row, 1)), cancellationToken);
        var counts = ended.ToDictionary(row => row.Id, row => row.Counts);
        return [.. entries.Select(e => counts.TryGetValue(e.Id, out var found) ? found : (LoadCounts?)null)];
    }

    /// <summary>The status as the manifest stores it.</summary>
    public static string StatusName(FileStatus status) => status.ToString().ToLowerInvariant();

    private string? WithoutSecrets(string? notes) => notes is null ? null : secrets.Apply(notes);

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

    private object?[] CreateValues(IReadOnlyList<NewManifestEntry> alike)
    {
        var first = alike[0];
        return
        [
            runId, alike.Select(e => e.FileName).ToArray(), first.Target, first.Mode, Array(alike.Select(e => e.FileSize), NpgsqlDbType.Bigint),
            first.Lanes, first.Header.ToArray(), first.Dialect, first.Options,
            new NpgsqlParameter { Value = first.TargetOid, NpgsqlDbType = NpgsqlDbType.Oid }, first.IsUnlogged,
        ];
    }

    /// <summary>An array some elements of which may be NULL.</summary>
    private static NpgsqlParameter Array<T>(IEnumerable<T> values, NpgsqlDbType type) => new() { Value = values.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | type };

    private static NpgsqlParameter Text(string? text) => new() { Value = (object?)text ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text };

    private static long LockKey(string file, string target) =>
        BinaryPrimitives.ReadInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"ingest\n{target}\n{file}")));
}
