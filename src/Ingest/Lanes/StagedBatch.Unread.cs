using Ingest.Postgres;
using Npgsql;

namespace Ingest.Lanes;

/// <summary>
/// Values that their type's input refuses as an internal error of the server (XX000): hstore's before PostgreSQL 16, geometries.
/// Such an error costs the connection, so they are found inside of the server, before the merge meets them.
/// </summary>
internal sealed partial class StagedBatch
{
    /// <summary>Finds them; none where the server has no language to look with, and the merge fails then.</summary>
    private async Task<List<UnreadValue>> FindUnreadAsync(CancellationToken cancellationToken)
    {
        var refused = await session.TryAsync(
            cancel => session.Connection.ExecuteAsync(sql.CreateFindUnread, [], cancel), cancellationToken, isRefusal: SqlState.IsNoLanguage);
        return refused is not null
            ? []
            : await session.Connection.QueryAsync(
                StageSql.FindUnread, [], r => new UnreadValue(r.GetString(0), sql.Column(r.GetInt32(1)), r.GetString(2)), cancellationToken);
    }

    /// <summary>Takes the rows of such values out of the stage, as rejects; each is still the first record of its key where that can be read.</summary>
    private async Task RemoveUnreadAsync(IEnumerable<UnreadValue> values, CancellationToken cancellationToken)
    {
        var ofRow = values.DistinctBy(v => v.Place).ToDictionary(v => v.Place);
        if (ofRow.Count == 0) return;
        var tids = await TidsAsync(cancellationToken);
        var kept = new List<int>();
        var gone = new List<string>();
        for (var i = 0; i < tids.Count; i++)
        {
            if (!ofRow.TryGetValue(tids[i], out var value))
            {
                kept.Add(RowAt(i));
                continue;
            }
            gone.Add(tids[i]);
            rejects.AddRow(RowAt(i), value.Column.Name, PostgresErrorCodes.InternalError, LaneErrors.RejectMessage(PostgresErrorCodes.InternalError, value.Message));
        }
        // While their keys are still staged.
        var areKeysRead = !ofRow.Values.Any(v => v.Column.IsKey);
        if (policy.OnDuplicate == OnDuplicate.First && areKeysRead)
        {
            refused.UnionWith(gone);
            await session.Connection.ExecuteAsync(sql.RefuseKeys(context.ManifestSchema, batch.File.Entry.Id), [gone.ToArray()], cancellationToken);
        }
        await session.Connection.ExecuteAsync(StageSql.Unstage, [gone.ToArray()], cancellationToken);
        staged = kept;
    }

    /// <summary>A staged text that its type's input refuses.</summary>
    /// <param name="Place">The place of its row in the stage.</param>
    /// <param name="Column">Its column.</param>
    /// <param name="Message">Why.</param>
    private sealed record UnreadValue(string Place, StageColumn Column, string Message);
}
