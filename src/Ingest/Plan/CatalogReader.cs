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
        if (await FindRelationAsync(connection, name, quoted, cancellationToken) is not { } found) return null;

        var table = found.Table;
        if (found.HasMore) table = await WithAttachedAsync(connection, table, cancellationToken);
        table = table with { Columns = await ColumnsAsync(connection, table, cancellationToken) };
        if (found.HasMore || found.HasNames) table = await WithIndexesAsync(connection, table, cancellationToken);
        var mayLook = table.Kind is 'r' or 'p' && table.Columns.Any(c => c.MaySelect);
        return mayLook
            ? table with { IsEmpty = await connection.ScalarAsync<bool>(CatalogSql.IsEmpty(table.QuotedName), [], cancellationToken) }
            : table;
    }

    private static async Task<(TargetTable Table, bool HasMore, bool HasNames)?> FindRelationAsync(
        NpgsqlConnection connection, TableName name, string quoted, CancellationToken cancellationToken)
    {
        try
        {
            var found = await connection.QueryAsync(CatalogSql.Relation, [quoted], row => (new TargetTable
            {
                Oid = row.GetFieldValue<uint>(0),
                Schema = row.GetString(1),
                Name = row.GetString(2),
                Kind = row.GetString(3)[0],
                HasRowSecurity = row.GetBoolean(4),
                MayCreateTemp = row.GetBoolean(5),
                MayDelete = row.GetBoolean(6),
                IsUnlogged = row.GetBoolean(7),
                HasConflicts = row.GetBoolean(8),
                MaySelect = row.GetBoolean(9),
            }, row.GetBoolean(10), row.GetBoolean(11)), cancellationToken);
            return found.Count > 0 ? found[0] : null;
        }
        // Not "no such table": the server says so before it looks.
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.InsufficientPrivilege && name.Schema is { } schema)
        {
            throw PlanErrors.SchemaClosed(schema, e);
        }
    }

    private static async Task<TargetTable> WithAttachedAsync(NpgsqlConnection connection, TargetTable table, CancellationToken cancellationToken) =>
        (await connection.QueryAsync(CatalogSql.Attached, [Oid(table)], row => table with
        {
            HasBeforeInsertTrigger = row.GetBoolean(0),
            HasDeferredConstraint = row.GetBoolean(1),
            HasTrigger = row.GetBoolean(2),
            HasInsertRule = row.GetBoolean(3),
            HasUpdateRule = row.GetBoolean(4),
            IsElsewhere = row.GetBoolean(5),
            IsUnlogged = row.GetBoolean(6),
            MayDropRows = row.GetBoolean(7),
            SelfReferences = row.GetFieldValue<string[]>(8),
            DeletesSpread = row.GetBoolean(9),
            HasConflicts = row.GetBoolean(10),
            HasDeferrableKey = row.GetBoolean(11),
            HasBeforeUpdateTrigger = row.GetBoolean(12),
        }, cancellationToken)) is [var whole] ? whole : table;

    private static async Task<TargetTable> WithIndexesAsync(NpgsqlConnection connection, TargetTable table, CancellationToken cancellationToken)
    {
        var keys = await connection.QueryAsync(
            CatalogSql.UniqueIndexes, [Oid(table)],
            row => (Index: row.GetFieldValue<uint>(0), Column: row.GetString(1), IsPrimary: row.GetBoolean(2), IsImmediate: row.GetBoolean(3), NullsAreKeys: row.GetBoolean(4), IsCoarser: row.GetBoolean(5)),
            cancellationToken);
        var indexes = keys.GroupBy(k => k.Index).Select(k => (
            Index: new UniqueIndex([.. k.Select(c => c.Column)], k.First().IsPrimary, k.First().NullsAreKeys, k.Any(c => c.IsCoarser)),
            k.First().IsImmediate)).ToList();
        var constraints = await connection.QueryAsync(
            CatalogSql.ConstraintColumns, [Oid(table)], row => (Name: row.GetString(0), Column: row.GetString(1)), cancellationToken);
        return table with
        {
            UniqueIndexes = [.. indexes.Where(i => i.IsImmediate).Select(i => i.Index)],
            DeferrableIndexes = [.. indexes.Where(i => !i.IsImmediate).Select(i => i.Index)],
            // A constraint and an index may have one name and speak of two columns: then it says nothing.
            ConstraintColumns = constraints.GroupBy(c => c.Name).Where(c => c.Count() == 1).ToDictionary(c => c.Key, c => c.Single().Column),
        };
    }

    private static async Task<IReadOnlyList<TargetColumn>> ColumnsAsync(NpgsqlConnection connection, TargetTable table, CancellationToken cancellationToken)
    {
        var columns = await connection.QueryAsync(
            CatalogSql.PlainColumns, [Oid(table)], row => (Column: Column(row, attributes: [], parts: []), IsPlain: row.GetBoolean(17)), cancellationToken);
        return columns.All(c => c.IsPlain)
            ? [.. columns.Select(c => c.Column)]
            : await connection.QueryAsync(
                CatalogSql.Columns, [Oid(table)],
                row => Column(row, row.GetFieldValue<string[]>(17), row.GetFieldValue<uint[]>(18)) with { EqualTo = row.IsDBNull(19) ? "=" : row.GetString(19) }, cancellationToken);
    }

    private static TargetColumn Column(NpgsqlDataReader row, string[] attributes, uint[] parts)
    {
        var type = new PgType(
            row.GetFieldValue<uint>(1), row.GetString(2), row.GetString(3), row.GetString(4)[0], row.GetInt32(5), row.GetString(6))
        {
            Attributes = attributes,
            Parts = parts,
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
            MaySelect: row.GetBoolean(15)) { DeclaredOid = row.GetFieldValue<uint>(16) };
    }

    /// <summary>A parameter of its own for each command.</summary>
    private static NpgsqlParameter Oid(TargetTable table) => new() { Value = table.Oid, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Oid };
}
