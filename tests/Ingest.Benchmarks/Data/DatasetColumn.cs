namespace Ingest.Benchmarks.Data;

/// <summary>One column of a dataset and of its table.</summary>
/// <param name="Name">A name that needs no quotes.</param>
/// <param name="Type">The SQL type.</param>
/// <param name="Nullable">Whether it holds NULL here and there.</param>
internal sealed record DatasetColumn(string Name, string Type, bool Nullable = false)
{
    /// <summary>The type of the same values in DuckDB, which writes the Parquet files; given where it does not follow from the SQL type.</summary>
    public string DuckDbType { get; init; } = Type switch
    {
        "text" => "varchar",
        "double precision" => "double",
        _ => Type,
    };
}
