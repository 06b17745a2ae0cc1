using Ingest.Convert;
using Ingest.Postgres;
using Npgsql;

namespace Ingest.Plan;

/// <summary>Reads the target's catalog entry.</summary>
internal static class CatalogReader
{
    /// <summary>The target, or null when there is no such relation.</summary>
    public static async Task<TargetTable?> FindAsync(NpgsqlConnection connection, TableName name, CancellationToken cancellationToken)
    {
        var quoted = name.Schema is null ? Identifier.Quote(name.Table) : Identifier.Quote(name.Schema) + "." + Identifier.Quote(name.Table);
        var found = await FindRelationAsync(connection, name, quoted, cancellationToken);
        if (found.Count == 0) return null;

        var table = found[0];
        object?[] oid = [new NpgsqlParameter { Value = table.Oid, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Oid }];
        var indexes = await connection.QueryAsync(
            CatalogSql.UniqueIndexes,
            [new NpgsqlParameter { Value = table.Oid, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Oid }],
            row => (Index: new UniqueIndex(row.GetFieldValue<string[]>(1), row.GetBoolean(0), row.GetBoolean(2), row.GetBoolean(3)), IsImmediate: row.GetBoolean(4)), cancellationToken);
        table = table with
        {
            Columns = await connection.QueryAsync(CatalogSql.Columns, oid, Column, cancellationToken),
            UniqueIndexes = [.. indexes.Where(i => i.IsImmediate).Select(i => i.Index)],
            DeferrableIndexes = [.. indexes.Where(i => !i.IsImmediate).Select(i => i.Index)],
            ConstraintColumns = (await connection.QueryAsync(
                CatalogSql.ConstraintColumns,
                [new NpgsqlParameter { Value = table.Oid, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Oid }],
                row => (Name: row.GetString(0), Column: row.GetString(1)), cancellationToken))
                // A constraint and an index may have one name and speak of two columns: then it says nothing.
                .GroupBy(c => c.Name).Where(c => c.Count() == 1).ToDictionary(c => c.Key, c => c.Single().Column),
        };
        var mayLook = table.Kind is 'r' or 'p' && table.Columns.Any(c => c.MaySelect);
        return mayLook
            ? table with { IsEmpty = await connection.ScalarAsync<bool>(CatalogSql.IsEmpty(table.QuotedName), [], cancellationToken) }
            : table;
    }

    private static async Task<List<TargetTable>> FindRelationAsync(
        NpgsqlConnection connection, TableName name, string quoted, CancellationToken cancellationToken)
    {
        try
        {
            return await connection.QueryAsync(CatalogSql.Relation, [quoted], row => new TargetTable
            {
                Oid = row.GetFieldValue<uint>(0),
                Schema = row.GetString(1),
                Name = row.GetString(2),
                Kind = row.GetString(3)[0],
                HasRowSecurity = row.GetBoolean(4),
                HasBeforeInsertTrigger = row.GetBoolean(5),
                HasDeferredConstraint = row.GetBoolean(6),
                MayCreateTemp = row.GetBoolean(7),
                MayDelete = row.GetBoolean(8),
                HasTrigger = row.GetBoolean(9),
                HasInsertRule = row.GetBoolean(10),
                HasUpdateRule = row.GetBoolean(11),
                IsElsewhere = row.GetBoolean(12),
                IsUnlogged = row.GetBoolean(13),
                Columns = [],
                UniqueIndexes = [],
                DeferrableIndexes = [],
                ConstraintColumns = new Dictionary<string, string>(),
                IsEmpty = false,
                MayDropRows = row.GetBoolean(14),
                SelfReferences = row.GetFieldValue<string[]>(15),
                DeletesSpread = row.GetBoolean(16),
                HasConflicts = row.GetBoolean(17),
                HasDeferrableKey = row.GetBoolean(18),
                HasBeforeUpdateTrigger = row.GetBoolean(19),
            }, cancellationToken);
        }
        // Not "no such table": the server says so before it looks.
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.InsufficientPrivilege && name.Schema is { } schema)
        {
            throw PlanErrors.SchemaClosed(schema, e);
        }
    }

    private static TargetColumn Column(NpgsqlDataReader row)
    {
        var type = new PgType(
            row.GetFieldValue<uint>(1), row.GetString(2), row.GetString(3), row.GetString(4)[0], row.GetInt32(5), row.GetString(6))
        {
            Attributes = row.GetFieldValue<string[]>(17),
            Parts = row.GetFieldValue<uint[]>(18),
        };
        return new(
            row.GetString(0),
            type,
            DeclaredType: row.GetString(7),
            NotNull: row.GetBoolean(8),
            HasDefault: row.GetBoolean(9),
            Identity: row.GetString(10) is [var identity] ? identity : ' ',
            IsGenerated: row.GetBoolean(11),
            Collation: row.IsDBNull(12) ? null : row.GetString(12),
            MayInsert: row.GetBoolean(13),
            MayUpdate: row.GetBoolean(14),
            MaySelect: row.GetBoolean(15)) { DeclaredOid = row.GetFieldValue<uint>(16), EqualTo = row.IsDBNull(19) ? "=" : row.GetString(19) };
    }
}
