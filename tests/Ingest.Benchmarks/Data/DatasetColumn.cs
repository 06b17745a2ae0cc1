namespace Ingest.Benchmarks.Data;

/// <summary>One column of a dataset and of its table.</summary>
/// <param name="Name">A name that needs no quotes.</param>
/// <param name="Type">The SQL type.</param>
/// <param name="Nullable">Whether it holds NULL here and there.</param>
internal sealed record DatasetColumn(string Name, string Type, bool Nullable = false);
