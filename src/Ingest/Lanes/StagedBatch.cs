using Ingest.Manifest;
using Ingest.Postgres;
using Npgsql;

namespace Ingest.Lanes;

/// <summary>
/// Applies a batch by way of the stage table: COPY, then a merge for each file. A row that the server refuses is found
/// by halving.
/// </summary>
/// <param name="context">What the lanes share.</param>
/// <param name="lane">The lane.</param>
/// <param name="session">The lane's session, in a transaction.</param>
/// <param name="batch">The batch.</param>
/// <param name="rejects">Takes the rows that are refused.</param>
/// <param name="bytes">The batch's rows as COPY sends them; reading them fills the batch.</param>
internal sealed partial class StagedBatch(
    LaneContext context, int lane, LaneSession session, Batch batch, BatchRejects rejects, Func<CancellationToken, IAsyncEnumerable<ReadOnlyMemory<byte>>> bytes)
{
    private readonly StageSql sql = batch.Sql;
    private readonly LoadPolicy policy = batch.Policy;

    /// <summary>Every other lane: two that went through the same keys in the same order would meet at every page of the index.</summary>
    private readonly bool backwards = lane % 2 == 1;

    /// <summary>The rows in the stage, by their number in the batch; filled only once some row was left out.</summary>
    private List<int>? staged;

    private LoadCounts[] counts = [];

    /// <summary>Stages and merges; gives what became of the rows of each file that are no rejects.</summary>
    /// <param name="guess">How to merge.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<LoadCounts[]> ApplyAsync(MergeGuess guess, CancellationToken cancellationToken)
    {
        if (await session.TryFirstAsync(CopyAllAsync, cancellationToken) is not null)
        {
            staged = [];
            await EmptyAsync(cancellationToken);
            await Halving.RunAsync(0, batch.Rows, CopyRangeAsync, (index, error, _) =>
            {
                rejects.AddRow(index, sql.ColumnAtFault(error), error);
                return Task.CompletedTask;
            }, cancellationToken);
        }
        counts = new LoadCounts[batch.Parts.Count];
        if (batch.Rows == 0) return counts;
        var unread = batch.ReadsApart ? await FindUnreadAsync(cancellationToken) : [];
        await RemoveUnreadAsync(unread.Where(v => v.Column.IsKey), cancellationToken);
        if (policy.OnDuplicate != OnDuplicate.Last) await RemoveRepeatedAsync(cancellationToken);
        await RemoveUnreadAsync(unread.Where(v => !v.Column.IsKey), cancellationToken);
        context.WalWriter?.BeginMerge();
        try
        {
            await MergeAsync(guess, cancellationToken);
        }
        finally
        {
            context.WalWriter?.EndMerge();
        }
        if (policy.OnDuplicate != OnDuplicate.Last) await SupersedeAsync(cancellationToken);

        // A COPY whose end is cut off is taken as complete by the server, so what arrived is counted.
        var arrived = counts.Sum(c => c.Read) + rejects.Count;
        if (arrived != batch.Rows) throw LaneErrors.LostRows(batch.File.Name, batch.Rows, arrived);
        return counts;
    }

    private Task<int> EmptyAsync(CancellationToken cancellationToken) => session.Connection.ExecuteAsync(StageSql.EmptyStage, [], cancellationToken);

    private async Task CopyAllAsync(CancellationToken cancellationToken)
    {
        await EmptyAsync(cancellationToken);
        await session.CopyAsync(StageSql.CopyToStage, bytes(cancellationToken), cancellationToken);
    }

    private async Task<PostgresException?> CopyRangeAsync(int first, int last, CancellationToken cancellationToken)
    {
        var failed = await session.TryAsync(cancel => session.CopyAsync(StageSql.CopyToStage, RangeBytes(first, last), cancel), cancellationToken);
        if (failed is null) staged!.AddRange(Enumerable.Range(first, last - first));
        return failed;
    }

    private async Task MergeAsync(MergeGuess guess, CancellationToken cancellationToken)
    {
        var mayRepeat = batch.MayRepeat && policy.OnDuplicate == OnDuplicate.Last;
        var plan = guess.Way != MergeWay.Insert && !mayRepeat && !batch.InKeyOrder && sql.CanMatch ? guess.Way : MergeWay.Insert;
        if (plan != MergeWay.Insert && guess.IsUniform && batch.Parts.Count > 1 && await TryMergeTogetherAsync(plan, cancellationToken)) return;
        var ranges = await RangesAsync(cancellationToken);
        if (plan != MergeWay.Insert && await TryMergeAsync(ranges, plan, mayRepeat, cancellationToken)) return;
        if (await TryMergeAsync(ranges, MergeWay.Insert, mayRepeat, cancellationToken)) return;

        var tids = await TidsAsync(cancellationToken);
        for (var part = 0; part < batch.Parts.Count; part++)
        {
            if (StagedOf(part) == 0) continue;
            var place = part;
            var first = StagedBefore(batch.Parts[part].FirstRow);
            await Halving.RunAsync(
                first,
                first + StagedOf(part),
                (from, to, cancel) => TryMergeAsync(place, new(tids[from], EndTid(tids, to)), mayRepeat, cancel),
                (index, error, cancel) => RefuseOrPostponeAsync(new(place, index, tids[index]), error, mayRepeat, cancel),
                cancellationToken);
        }
        await ApplyPostponedAsync(cancellationToken);
    }

    /// <summary>
    /// Merges the rows of all files by one statement instead of one for each. It only tells how many rows it has inserted and
    /// updated, so nothing of it is kept unless one and the same became of all: then every file's counts are known.
    /// </summary>
    private async Task<bool> TryMergeTogetherAsync(MergeWay way, CancellationToken cancellationToken)
    {
        var rows = StagedBefore(batch.Rows);
        var merged = default(MergeCounts);
        bool IsUniform() => merged.Staged == rows && merged.Inserted == 0 && (merged.Updated == 0 || merged.Updated == rows);
        var failed = await TryReadingAsync(
            async cancel => merged = (way == MergeWay.Update
                ? await UpdateAsync([StageRange.All], [rows], cancel)
                : await MergeMissingAsync([StageRange.All], cancel))[0],
            cancellationToken,
            IsUniform);
        if (failed is not null || !IsUniform()) return false;
        for (var part = 0; part < counts.Length; part++)
        {
            var staged = StagedOf(part);
            counts[part] += new MergeCounts(staged, staged, 0, merged.Updated == 0 ? 0 : staged).ToLoadCounts(policy.Mode);
        }
        return true;
    }

    /// <summary>Merges every file's rows in a round trip or two; false when the server refused one, and nothing of it is left.</summary>
    private async Task<bool> TryMergeAsync(IReadOnlyList<StageRange> ranges, MergeWay way, bool mayRepeat, CancellationToken cancellationToken)
    {
        MergeCounts[] merged = [];
        var failed = await TryReadingAsync(
            async cancel => merged = way switch
            {
                MergeWay.Update => await UpdateAsync(ranges, [.. ranges.Select((_, part) => StagedOf(part))], cancel),
                MergeWay.Missing => await MergeMissingAsync(ranges, cancel),
                _ => await QueryAsync([], ranges, r => sql.Merge(r, mayRepeat, batch.InKeyOrder), cancel),
            },
            cancellationToken);
        if (failed is not null) return false;
        for (var part = 0; part < merged.Length; part++) counts[part] += merged[part].ToLoadCounts(policy.Mode);
        return true;
    }

    /// <summary>Updates what is changed, then merges what is missing: no key occurs twice, so the ranges cannot get in each other's way.</summary>
    private async Task<MergeCounts[]> UpdateAsync(IReadOnlyList<StageRange> ranges, IReadOnlyList<int> rows, CancellationToken cancellationToken)
    {
        var updates = StageSql.ByLookup.Select(set => (set, Array.Empty<object?>())).Concat(ranges.Select(r => (sql.UpdateChanged(r, backwards), r.Values)));
        var updated = (await session.Connection.ExecuteAllAsync(updates, cancellationToken))[StageSql.ByLookup.Count..];
        // What was just updated is equal now, and left out; where every row was, nothing is left to ask.
        int[] open = [.. Enumerable.Range(0, ranges.Count).Where(i => updated[i] < rows[i])];
        var missing = await MergeMissingAsync([.. open.Select(i => ranges[i])], cancellationToken);
        MergeCounts[] merged = [.. updated.Select(n => new MergeCounts(n, n, 0, n))];
        for (var i = 0; i < open.Length; i++) merged[open[i]] = missing[i] with { Updated = missing[i].Updated + updated[open[i]] };
        return merged;
    }

    private async Task<MergeCounts[]> MergeMissingAsync(IReadOnlyList<StageRange> ranges, CancellationToken cancellationToken) =>
        ranges.Count == 0 ? [] : await QueryAsync(StageSql.ByLookup, ranges, r => sql.MergeMissing(r, backwards), cancellationToken);

    private async Task<MergeCounts[]> QueryAsync(
        IEnumerable<string> before, IReadOnlyList<StageRange> ranges, Func<StageRange, string> statement, CancellationToken cancellationToken)
    {
        var statements = before.Select(b => (b, Array.Empty<object?>())).Concat(ranges.Select(r => (statement(r), r.Values)));
        var results = await session.Connection.QueryAllAsync(statements, ReadCounts, cancellationToken);
        return [.. results.Select(rows => rows[0])];
    }

    private async Task<PostgresException?> TryMergeAsync(int part, StageRange range, bool mayRepeat, CancellationToken cancellationToken)
    {
        MergeCounts[] merged = [];
        var failed = await TryReadingAsync(async cancel => merged = await QueryAsync([], [range], r => sql.Merge(r, mayRepeat, batch.InKeyOrder), cancel), cancellationToken);
        if (failed is null) counts[part] += merged[0].ToLoadCounts(policy.Mode);
        return failed;
    }

    /// <summary>Does something that reads staged values as their columns' types, of which nothing is left when the server refuses one.</summary>
    private Task<PostgresException?> TryReadingAsync(Func<CancellationToken, Task> action, CancellationToken cancellationToken, Func<bool>? keep = null) =>
        session.TryAsync(action, cancellationToken, keep, sql.ReadsText ? SqlState.MayBeOfText : null);

    /// <summary>Makes a staged row that was refused alone a reject.</summary>
    /// <exception cref="PostgresException">It was not for the row.</exception>
    private async Task RejectAsync(int index, string tid, PostgresException error, CancellationToken cancellationToken)
    {
        var column = await ColumnAtFaultAsync(tid, error, cancellationToken);
        if (column is null && !SqlState.IsDataError(error)) throw error;
        rejects.AddRow(RowAt(index), column, error);
    }

    /// <summary>The column that a staged row was refused for, or null. The server does not name the one whose text it could not read, so each is read alone.</summary>
    private async Task<string?> ColumnAtFaultAsync(string tid, PostgresException error, CancellationToken cancellationToken)
    {
        var isOfRow = SqlState.IsDataError(error);
        if (isOfRow && sql.ColumnAtFault(error) is { } named) return named;
        foreach (var (column, read, readNone) in sql.ReadCasts(tid))
        {
            if ((await TryReadAsync(read, cancellationToken))?.SqlState != error.SqlState) continue;
            // A type that cannot be used at all refuses every value.
            if (isOfRow || await TryReadAsync(readNone, cancellationToken) is null) return column;
        }
        return null;
    }

    private Task<PostgresException?> TryReadAsync(string read, CancellationToken cancellationToken) =>
        TryReadingAsync(cancel => session.Connection.ExecuteAsync(read, [], cancel), cancellationToken);

    /// <summary>The staged rows of each file: all of them where there is one.</summary>
    private async Task<IReadOnlyList<StageRange>> RangesAsync(CancellationToken cancellationToken)
    {
        if (batch.Parts.Count == 1) return [StageRange.All];
        var ends = batch.Parts.Select(p => (long)StagedBefore(p.FirstRow + p.Rows)).ToArray();
        var tids = await session.Connection.QueryAsync(StageSql.TidsAt, [ends.Select(e => e + 1).Distinct().ToArray()], r => (r.GetInt64(0), r.GetString(1)), cancellationToken);
        var places = tids.ToDictionary(t => t.Item1 - 1, t => t.Item2);
        var from = StageRange.All.From;
        var ranges = new List<StageRange>();
        foreach (var end in ends)
        {
            var to = places.GetValueOrDefault(end, StageRange.All.To);
            ranges.Add(new(from, to));
            from = to;
        }
        return ranges;
    }

    /// <summary>The number in the batch of a row by its number in the stage.</summary>
    private int RowAt(int index) => staged is null ? index : staged[index];

    /// <summary>How many rows before one of the batch are in the stage.</summary>
    private int StagedBefore(int row)
    {
        if (staged is null) return row;
        var found = staged.BinarySearch(row);
        return found < 0 ? ~found : found;
    }

    /// <summary>How many rows of a file are in the stage.</summary>
    private int StagedOf(int part)
    {
        var (first, rows) = (batch.Parts[part].FirstRow, batch.Parts[part].Rows);
        return StagedBefore(first + rows) - StagedBefore(first);
    }

    private static string EndTid(List<string> tids, int last) => last == tids.Count ? StageRange.All.To : tids[last];

    private static MergeCounts ReadCounts(NpgsqlDataReader row) => new(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3), row.FieldCount > 4 ? row.GetInt64(4) : 0);

    private Task<List<string>> TidsAsync(CancellationToken cancellationToken) =>
        session.Connection.QueryAsync(StageSql.StagedTids, [], r => r.GetString(0), cancellationToken);

    private async IAsyncEnumerable<ReadOnlyMemory<byte>> RangeBytes(int first, int last)
    {
        var index = 0;
        foreach (var slice in batch.Slices)
        {
            var from = Math.Max(first - index, 0);
            var to = Math.Min(last - index, slice.RowCount);
            index += slice.RowCount;
            if (from >= to) continue;
            foreach (var piece in slice.Segment.BytesOf(slice.FirstRow + from, slice.FirstRow + to)) yield return piece;
        }
        await Task.CompletedTask;
    }
}
