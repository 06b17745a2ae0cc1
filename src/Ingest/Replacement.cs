using Ingest.Manifest;
using Ingest.Plan;
using Ingest.Postgres;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Ingest;

/// <summary>
/// The steps of <c>--mode replace</c> outside the lanes: the shadow table that they load, and the one transaction that
/// makes its rows the target's and marks every file as loaded.
/// </summary>
internal sealed class Replacement(RunPlan plan, LoadJob job, ControlSession control, ILogger log)
{
    private readonly ReplaceSql sql = new(job.ManifestSchema, plan.Target.Oid, plan.Target.QuotedName, plan.Target.Kind == 'p');
    private readonly string target = plan.Target.FullName;

    /// <summary>Makes a new shadow, or keeps that of the interrupted replacement that is to go on.</summary>
    /// <exception cref="PlanException">The interrupted replacement had files that this run does not name.</exception>
    /// <exception cref="TargetException">Another run replaces the table: it would lose its shadow.</exception>
    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        if (!await control.LockAsync(ManifestSql.WholeTable, target, job.Resume ? FileRun.ResumePatience : TimeSpan.Zero, cancellationToken))
        {
            throw PlanErrors.ReplacementHeld(
                target, await control.DoAsync(s => s.DescribeHolderAsync(ManifestSql.WholeTable, target, cancellationToken), cancellationToken));
        }
        var connection = control.Connection;
        if (job.Resume && await connection.ScalarAsync<bool>(sql.Exists, [], cancellationToken) && await IsLikeTargetAsync(cancellationToken))
        {
            var before = await connection.QueryAsync(sql.Interrupted, [target], r => r.GetString(0), cancellationToken);
            if (before.Except(plan.Files.Select(f => f.Plan.FileName)).FirstOrDefault() is { } missing)
                throw PlanErrors.ReplaceNeedsFile(missing, target);
            if (before.Count > 0) return;
        }
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        try
        {
            await connection.ExecuteAsync(sql.Create, [], cancellationToken);
            await connection.ExecuteAsync(sql.ForgetInterrupted, [target], cancellationToken);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            throw PlanErrors.MayNotReplace(job.ManifestSchema, target, e);
        }
        if (await connection.ScalarAsync<string>(ReplaceSql.Bounds, [TargetOid], cancellationToken) is { } bounds)
            await connection.ExecuteAsync(sql.AddBounds(bounds), [], cancellationToken);
        await AddForeignKeysAsync(connection, transaction, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private async Task<bool> IsLikeTargetAsync(CancellationToken cancellationToken)
    {
        if (await control.Connection.ScalarAsync<bool>(sql.IsLikeTarget, [], cancellationToken)) return true;
        log.LogWarning("the columns of {Table} were altered since its interrupted replacement, which begins anew", target);
        return false;
    }

    /// <summary>Replaces the target's rows; all of it happens or nothing.</summary>
    /// <param name="finish">Marks the run's files as loaded, in the same transaction.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task SwapAsync(Func<ManifestStore, Task> finish, CancellationToken cancellationToken) => control.DoAsync(async store =>
    {
        var connection = control.Connection;

        // A lost answer to the COMMIT below: the shadow goes with the swap.
        if (!await connection.ScalarAsync<bool>(sql.Exists, [], cancellationToken)) return;
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        try
        {
            await connection.ExecuteAsync(sql.Lock, [], cancellationToken);
            await ExchangeAsync(connection, transaction, cancellationToken);
            if (plan.Target.MayDropRows && await connection.ScalarAsync<long>(sql.Surplus, [], cancellationToken) != 0)
                throw PlanErrors.TriggerDropsRows(target);
            await finish(store);
            await connection.ExecuteAsync(sql.Drop, [], cancellationToken);
            // Constraints that are deferred are checked here.
            await transaction.CommitAsync(cancellationToken);
        }
        catch (PostgresException e) when (!SqlState.IsTransient(e))
        {
            throw PlanErrors.SwapFailed(target, e);
        }
    }, cancellationToken);

    private async Task ExchangeAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        StageColumn[] columns = [.. plan.Files[0].Plan.Columns.Layout.Columns.Select(c => c.Sql)];
        if (!columns.Any(c => c.IsKey))
        {
            await ExecuteLongAsync(connection, sql.ExchangeAll(columns), cancellationToken);
            return;
        }
        var nullsAreKeys = plan.Files[0].Sql.NullsAreKeys;
        await transaction.SaveAsync(ReplaceSql.BeforeUpdate, cancellationToken);
        try
        {
            await ExecuteLongAsync(connection, sql.Exchange(columns, nullsAreKeys), cancellationToken);
        }
        // The shadow has the same unique indexes, so the new rows are not at fault: some value moves from row to row.
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            await transaction.RollbackAsync(ReplaceSql.BeforeUpdate, cancellationToken);
            if (await connection.ScalarAsync<bool>(ReplaceSql.HasCascades, [TargetOid], cancellationToken)) throw PlanErrors.ValuesMove(target, e);
            string[] kept = [.. plan.Target.Columns.Where(c => !c.IsGenerated).Select(c => c.Name).Except(columns.Select(c => c.Name))];
            await ExecuteLongAsync(connection, sql.DeleteGone(columns, nullsAreKeys), cancellationToken);
            await ExecuteLongAsync(connection, sql.Reinsert(columns, kept, nullsAreKeys), cancellationToken);
            await ExecuteLongAsync(connection, sql.Upsert(columns), cancellationToken);
        }
    }

    private NpgsqlParameter TargetOid => new() { Value = plan.Target.Oid, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Oid };

    /// <summary>The shadow finds rows that break a foreign key one by one; without the right to refer, the swap would find them.</summary>
    private async Task AddForeignKeysAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        foreach (var clause in await connection.QueryAsync(sql.ForeignKeys, [TargetOid], r => r.GetString(0), cancellationToken))
        {
            await transaction.SaveAsync("s", cancellationToken);
            try
            {
                await connection.ExecuteAsync(sql.AddForeignKey(clause), [], cancellationToken);
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.InsufficientPrivilege)
            {
                await transaction.RollbackAsync("s", cancellationToken);
                log.LogWarning("rows that break a foreign key of {Table} fail the whole replacement: {Error}", target, e.MessageText);
            }
        }
    }

    /// <summary>The swap works on whole tables; it ends with the run's cancellation, not with a statement's timeout.</summary>
    private static async Task ExecuteLongAsync(NpgsqlConnection connection, string text, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(text, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
