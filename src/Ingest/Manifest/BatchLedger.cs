using System.Text.Unicode;
using Ingest.Postgres;
using Npgsql;
using NpgsqlTypes;

namespace Ingest.Manifest;

/// <summary>What a lane writes into the manifest inside its own transaction: rejects and watermarks.</summary>
internal sealed class BatchLedger(ManifestSql sql, Guid runId)
{
    /// <summary>Writes the rejects of one file.</summary>
    public async Task WriteRejectsAsync(
        NpgsqlConnection connection, FileEntry file, IReadOnlyList<NewReject> rejects, CancellationToken cancellationToken)
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

    /// <summary>Writes one lane's watermarks, one per file, in one round trip.</summary>
    /// <exception cref="TargetException">Another run took the file over.</exception>
    public async Task WriteWatermarksAsync(
        NpgsqlConnection connection, int lane, IReadOnlyList<(FileEntry File, Watermark Mark)> marks, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection);
        foreach (var (file, mark) in marks)
        {
            var command = new NpgsqlBatchCommand(sql.WriteWatermark);
            var c = mark.Counts;
            command.Parameters.AddValues(
            [
                file.Id, lane, runId, mark.Record, mark.Restart.Position, mark.Restart.Record, mark.Restart.Line,
                mark.Restart.PrefixHash.ToArray(), c.Read, c.Inserted, c.Updated, c.Unchanged, c.Skipped, c.Superseded, c.Rejected,
            ]);
            batch.BatchCommands.Add(command);
        }
        await batch.PrepareManyAsync(cancellationToken);
        await batch.ExecuteNonQueryAsync(cancellationToken);
        for (var i = 0; i < marks.Count; i++)
        {
            if (batch.BatchCommands[i].RecordsAffected != 1)
                throw ManifestErrors.Fenced(marks[i].File.FileName, lane, runId);
        }
    }

    /// <summary>
    /// The record numbers of a lane's committed watermarks, once no transaction is undecided about them. Tells a lane that
    /// lost its connection around a COMMIT whether that COMMIT happened.
    /// </summary>
    /// <exception cref="TargetException">Another run took a file over.</exception>
    public async Task<long[]> ReadWatermarksAsync(
        NpgsqlConnection connection, int lane, IReadOnlyList<FileEntry> files, CancellationToken cancellationToken)
    {
        var found = await connection.QueryAllAsync(
            files.Select(f => (sql.ReadWatermark, new object?[] { f.Id, lane, runId })), row => row.GetInt64(0), cancellationToken);
        var taken = found.FindIndex(rows => rows.Count != 1);
        if (taken >= 0) throw ManifestErrors.Fenced(files[taken].FileName, lane, runId);
        return [.. found.Select(rows => rows[0])];
    }

    private static bool IsText(byte[] raw) => !raw.AsSpan().Contains((byte)0) && Utf8.IsValid(raw);

    private static string WithoutNul(string message) => message.Replace('\0', '\uFFFD');
}

/// <summary>A file as its lanes know it in the manifest.</summary>
/// <param name="Id">Its row.</param>
/// <param name="FileName">Its identity.</param>
/// <param name="Target">The table.</param>
internal sealed record FileEntry(long Id, string FileName, string Target);
