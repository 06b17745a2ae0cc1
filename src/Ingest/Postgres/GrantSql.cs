namespace Ingest.Postgres;

/// <summary>The grants of a role that only loads; for an administrator to run, so it is text and never executed here.</summary>
internal static class GrantSql
{
    /// <summary>What the role needs, a statement a line.</summary>
    /// <param name="database">The database.</param>
    /// <param name="manifestSchema">The manifest's schema.</param>
    /// <param name="role">The role.</param>
    /// <param name="target">The target table, or null for a line that leaves it open.</param>
    public static IReadOnlyList<string> For(string database, string manifestSchema, string role, TableName? target)
    {
        var to = "TO " + Identifier.Quote(role) + ";";
        var schema = Identifier.Quote(manifestSchema);
        var targetSchema = Identifier.Quote(target?.Schema ?? "public");
        var table = target is null ? "TABLE" : $"{targetSchema}.{Identifier.Quote(target.Table)}";
        // Without a table the lines are for the reader: what is printed is a script, and runs as it is.
        var open = target is null ? "-- for each target table: " : "";
        return
        [
            // Records are staged in a temporary table.
            $"GRANT CONNECT, TEMPORARY ON DATABASE {Identifier.Quote(database)} {to}",
            $"GRANT USAGE ON SCHEMA {schema} {to}",
            $"GRANT SELECT ON {schema}.version {to}",
            $"GRANT SELECT, INSERT, UPDATE ON {schema}.runs, {schema}.manifest, {schema}.watermarks, {schema}.rejects {to}",
            $"GRANT SELECT, INSERT ON {schema}.unlogged_loads {to}",
            $"GRANT CREATE ON SCHEMA {schema} {to} -- only for --mode replace, and --on-duplicate other than last",
            $"GRANT DELETE ON {schema}.watermarks {to} -- only for --mode replace",
            $"GRANT USAGE ON SCHEMA {targetSchema} {to}",
            $"{open}GRANT SELECT, INSERT, UPDATE ON {table} {to}",
            $"{open}GRANT DELETE ON {table} {to} -- only for --mode replace",
        ];
    }
}
