namespace Ingest.Postgres;

/// <summary>A table's name as the user gave it: an optional schema and a table, both valid identifiers.</summary>
public sealed record TableName
{
    private TableName(string? schema, string table)
    {
        Schema = schema;
        Table = table;
    }

    /// <summary>The schema, or null to find the table through the search path.</summary>
    public string? Schema { get; }

    /// <summary>The table.</summary>
    public string Table { get; }

    /// <summary>Reads <c>table</c> or <c>schema.table</c>.</summary>
    /// <exception cref="PlanException">A part is not an identifier.</exception>
    public static TableName Parse(string text)
    {
        var parts = text.Split('.');
        if (parts.Length > 2)
            throw new PlanException("bad_identifier", $"table {Identifier.Show(text)} has {parts.Length} parts; give it as table or schema.table");
        foreach (var part in parts) Identifier.Check(part, "table");
        return parts.Length == 2 ? new(parts[0], parts[1]) : new(null, parts[0]);
    }

    /// <inheritdoc/>
    public override string ToString() => Schema is null ? Table : Schema + "." + Table;
}
