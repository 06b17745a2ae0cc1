using Ingest.Formats.Csv;
using Ingest.Postgres;

namespace Ingest.Plan;

/// <summary>The table that <c>--create-table</c> makes.</summary>
/// <param name="Sql">The CREATE TABLE statement.</param>
/// <param name="Note">What was made, for the operator.</param>
internal sealed record TableDefinition(string Sql, string Note)
{
    /// <summary>MaxHeapAttributeNumber (htup_details.h): the most columns of a table.</summary>
    private const int MaxColumns = 1600;

    /// <summary>TEXT columns, or the types that the file speaks for, and the key.</summary>
    /// <exception cref="PlanException">A name cannot be made an identifier, or the key is not in the file.</exception>
    public static TableDefinition From(FilePreview file, LoadJob job)
    {
        if (file.Header.Count > MaxColumns) throw PlanErrors.TooManyColumns(file.File.Name, file.Header.Count, MaxColumns);
        var names = ColumnName.Normalize(file.Header, file.File.Name);
        var types = job.PreserveTypes ? file.Types() : file.TextTypes();
        CheckKey(file.File.Name, job, names);
        return new(CreateTableSql.Build(job.Table, [.. names.Zip(types.Types)], job.Key), $"{(job.DryRun ? "would create" : "created")} {job.Table} with {types.Origin}");
    }

    /// <summary>Throws when a key column is not among a table's names.</summary>
    /// <exception cref="PlanException">The key is not in the file.</exception>
    public static void CheckKey(string file, LoadJob job, IReadOnlyList<string> names)
    {
        foreach (var key in job.Key)
        {
            if (!names.Contains(key)) throw PlanErrors.KeyNotInFile(file, key, names);
        }
    }
}

/// <summary>The types of the columns that a created table has.</summary>
/// <param name="Types">The types, as SQL writes them, in the file's column order.</param>
/// <param name="Origin">What they are taken from, to follow <c>created t with</c>.</param>
internal sealed record ColumnTypes(IReadOnlyList<string> Types, string Origin);
