namespace Ingest.Postgres;

/// <summary>The statement that makes a target.</summary>
internal static class CreateTableSql
{
    /// <summary>What every table has already (heap.c, SystemAttributeDefinition).</summary>
    private static readonly HashSet<string> SystemColumns = ["ctid", "xmin", "cmin", "xmax", "cmax", "tableoid"];

    /// <summary>Why the server would refuse the statement with these columns, a line each.</summary>
    public static IEnumerable<string> Notices(IEnumerable<string> names) =>
        names.Where(SystemColumns.Contains).Select(name => $"no table can have a column '{name}', which is the name of a system column; give it another name");

    /// <summary>A table with these columns and, where a key is named, its primary key.</summary>
    public static string Build(TableName table, IReadOnlyList<(string Name, string Type)> columns, IReadOnlyList<string> key)
    {
        var name = table.Schema is null ? Identifier.Quote(table.Table) : Identifier.Quote(table.Schema) + "." + Identifier.Quote(table.Table);
        var lines = columns.Select(c => $"  {Identifier.Quote(c.Name)} {c.Type}").ToList();
        if (key.Count > 0) lines.Add($"  PRIMARY KEY ({string.Join(", ", key.Select(Identifier.Quote))})");
        return $"CREATE TABLE {name} (\n{string.Join(",\n", lines)}\n)";
    }
}
