using Ingest.Postgres;
using Npgsql;

namespace Ingest.Manifest;

/// <summary>Creates the manifest's tables on first use.</summary>
internal static class ManifestSchema
{
    /// <summary>Makes sure that the tables are there; returns whether they were created now.</summary>
    /// <exception cref="PlanException">The role may not create or use them, or they are of another version.</exception>
    public static async Task<bool> EnsureAsync(NpgsqlConnection connection, ManifestSql sql, CancellationToken cancellationToken)
    {
        if (!await MayUseAsync(connection, sql, cancellationToken)) return await CreateAsync(connection, sql, cancellationToken);
        await CheckRightsAsync(connection, sql, cancellationToken);
        return false;
    }

    /// <summary>Whether the tables are there.</summary>
    /// <exception cref="PlanException">They are of another version.</exception>
    /// <exception cref="PostgresException">The role may not read them.</exception>
    public static async Task<bool> IsThereAsync(NpgsqlConnection connection, ManifestSql sql, CancellationToken cancellationToken)
    {
        // Asked of the catalog first: a failing statement would end the transaction that may be open. Not by to_regclass,
        // which may answer from a cache that has not heard of what another session created meanwhile.
        if (!await connection.ScalarAsync<bool>(ManifestSql.Exists, [sql.SchemaName], cancellationToken)) return false;
        var found = await connection.ScalarAsync<int>(sql.ReadVersion, [], cancellationToken);
        if (found != ManifestSql.Version) throw ManifestErrors.OtherVersion(sql.SchemaName, found, ManifestSql.Version);
        return true;
    }

    private static async Task<bool> CreateAsync(NpgsqlConnection connection, ManifestSql sql, CancellationToken cancellationToken)
    {
        try
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await connection.ExecuteAsync(AdvisoryLockSql.LockCreation, [], cancellationToken);
            // Another run may have created it while this one waited.
            if (await MayUseAsync(connection, sql, cancellationToken)) return false;
            await connection.ExecuteAsync(sql.Create, [], cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return true;
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            throw ManifestErrors.MayNotCreate(sql.SchemaName, connection, e);
        }
    }

    private static async Task<bool> MayUseAsync(NpgsqlConnection connection, ManifestSql sql, CancellationToken cancellationToken)
    {
        try
        {
            return await IsThereAsync(connection, sql, cancellationToken);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            throw ManifestErrors.MayNotUse(sql.SchemaName, connection, e);
        }
    }

    /// <summary>A right that is missing would otherwise end the load where it is needed first: at a reject, perhaps after hours.</summary>
    private static async Task CheckRightsAsync(NpgsqlConnection connection, ManifestSql sql, CancellationToken cancellationToken)
    {
        var missing = await connection.QueryAsync(sql.MissingRights, [], row => row.GetString(0), cancellationToken);
        if (missing.Count > 0) throw ManifestErrors.RightsMissing(sql.SchemaName, connection, missing);
    }
}
