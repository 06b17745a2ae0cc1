using System.Text.Unicode;
using Ingest.Postgres;
using Npgsql;
using NpgsqlTypes;

namespace Ingest.Manifest;

/// <summary>What one lane writes into the manifest inside its own transactions: rejects and watermarks.</summary>
/// <param name="connection">The lane's session.</param>
/// <param name="sql">The statements.</param>
/// <param name="runId">The run.</param>
/// <param name="lane">The lane.</param>
internal sealed class BatchLedger(NpgsqlConnection connection, ManifestSql sql, Guid runId, int lane)
{
    /// <summary>For the batches of a large file, used again: its fifteen parameters would be garbage of every batch.</summary>
    private NpgsqlCommand? watermark;

    /// <summary>Writes the rejects of one file.</summary>
    public async Task WriteRejectsAsync(FileEntry file, IReadOnlyList<NewReject> rejects, CancellationToken cancellationToken)
    {
        if (rejects.Count == 0) return;
        await using var command = new NpgsqlCommand(sql.WriteRejects, connection);
        command.Parameters.AddValues(
        [
            runId, file.Id, file.FileName, file.Target,
            rejects.Select(r => r.Record).ToArray(),
            rejects.Select(r => r.Line).ToArray(),
            rejects.Select(r => r.Position).ToArray(),
            new NpgsqlParameter { Value = rejects.Select(r => r.Column).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text },
            rejects.Select(r => r.Code).ToArray(),
            rejects.Select(r => WithoutNul(r.Message)).ToArray(),
            // Text goes as bytes too: as a string, a record of many megabytes would be in memory three times more.
            rejects.Select(r => r.Raw).ToArray(),
            rejects.Select(r => IsText(r.Raw)).ToArray(),
        ]);
        var written = await command.ExecuteNonQueryAsync(cancellationToken);
        if (written != rejects.Count)
            throw new TargetException("rejects_lost", $"{file.FileName}: {written} of {rejects.Count} rejects reached the manifest; look for a trigger or rule on it");
    }

    /// <summary>Marks the rejects that records of the batch correct as resolved.</summary>
    /// <exception cref="TargetException">Another replay has resolved one meanwhile.</exception>
    public async Task ResolveRejectsAsync(FileEntry file, IReadOnlyCollection<long> rejects, CancellationToken cancellationToken)
    {
        if (rejects.Count == 0) return;
        var resolved = await connection.ExecuteAsync(sql.ResolveRejects, [rejects.ToArray(), runId], cancellationToken);
        if (resolved != rejects.Count) throw ManifestErrors.ResolvedMeanwhile(file.FileName, rejects.Count - resolved);
    }

    /// <summary>Makes rejects open again.</summary>
    public async Task ReopenRejectsAsync(IReadOnlyCollection<long> rejects, CancellationToken cancellationToken)
    {
        if (rejects.Count > 0) await connection.ExecuteAsync(sql.ReopenRejects, [rejects.ToArray()], cancellationToken);
    }

    /// <summary>Writes the lane's watermark of a file.</summary>
    /// <exception cref="TargetException">Another run took the file over.</exception>
    public async Task WriteWatermarkAsync(FileEntry file, Watermark mark, CancellationToken cancellationToken)
    {
        var isFirst = watermark is null;
        watermark ??= new(sql.WriteWatermark, connection);
        watermark.Parameters.SetValues(Values(file, mark));
        // A load of one batch is spared the round trip.
        if (!isFirst) await watermark.PrepareAsync(cancellationToken);
        if (await watermark.ExecuteNonQueryAsync(cancellationToken) != 1) throw ManifestErrors.Fenced(file.FileName, lane, runId);
    }

    /// <summary>Writes the lane's watermarks of several files by one statement.</summary>
    /// <exception cref="TargetException">Another run took a file over.</exception>
    public async Task WriteWatermarksAsync(IReadOnlyList<FileEntry> files, IReadOnlyList<Watermark> marks, CancellationToken cancellationToken)
    {
        long[] Of(Func<Watermark, long> value) => [.. marks.Select(value)];
        var written = await connection.QueryAsync(sql.WriteWatermarks,
        [
            lane, runId, files.Select(f => f.Id).ToArray(), Of(m => m.Record),
            Of(m => m.Restart.Position), Of(m => m.Restart.Record), Of(m => m.Restart.Line), marks.Select(m => m.Restart.PrefixHash.ToArray()).ToArray(),
            Of(m => m.Counts.Read), Of(m => m.Counts.Inserted), Of(m => m.Counts.Updated), Of(m => m.Counts.Unchanged),
            Of(m => m.Counts.Skipped), Of(m => m.Counts.Superseded), Of(m => m.Counts.Rejected),
        ], row => row.GetInt64(0), cancellationToken);
        if (written.Count == files.Count) return;
        throw ManifestErrors.Fenced(files.First(f => !written.Contains(f.Id)).FileName, lane, runId);
    }

    /// <summary>
    /// The record numbers of a lane's committed watermarks, once no transaction is undecided about them. Tells a lane that
    /// lost its connection around a COMMIT whether that COMMIT happened. −1 where a crash has emptied the table.
    /// </summary>
    /// <exception cref="TargetException">Another run took a file over.</exception>
    public async Task<long[]> ReadWatermarksAsync(IReadOnlyList<FileEntry> files, CancellationToken cancellationToken)
    {
        var found = await connection.QueryAllAsync(
            files.Select(f => (sql.ReadWatermark, new object?[] { f.Id, lane, runId })), row => row.GetInt64(0), cancellationToken);
        var taken = found.FindIndex(rows => rows.Count != 1);
        if (taken >= 0) throw ManifestErrors.Fenced(files[taken].FileName, lane, runId);
        return [.. found.Select(rows => rows[0])];
    }

    private object?[] Values(FileEntry file, Watermark mark)
    {
        var (restart, counts) = (mark.Restart, mark.Counts);
        return
        [
            file.Id, lane, runId, mark.Record, restart.Position, restart.Record, restart.Line, restart.PrefixHash.ToArray(),
            counts.Read, counts.Inserted, counts.Updated, counts.Unchanged, counts.Skipped, counts.Superseded, counts.Rejected,
        ];
    }

    private static bool IsText(byte[] raw) => !raw.AsSpan().Contains((byte)0) && Utf8.IsValid(raw);

    private static string WithoutNul(string message) => message.Replace('\0', '\uFFFD');
}
