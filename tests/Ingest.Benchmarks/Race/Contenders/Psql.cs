using Ingest.Benchmarks.Data;
using Ingest.Sandbox;

namespace Ingest.Benchmarks.Race.Contenders;

/// <summary>psql, and the statements that it is given.</summary>
internal sealed class Psql
{
    private const string Stage = "race_stage";

    private readonly string? program = PostgresBinaries.FindProgram("psql");

    /// <summary>Why psql cannot be used, or null.</summary>
    public string? Missing => program is null ? "psql is not installed" : null;

    /// <summary>What <c>psql --version</c> says.</summary>
    public string? Version => program is null ? null : Programs.Ask(program, "--version");

    /// <summary>One session that runs a script.</summary>
    /// <param name="scratch">A folder for the script.</param>
    /// <param name="name">The script's name; different for sessions that run at once.</param>
    /// <param name="lines">The script; a meta-command has a line of its own.</param>
    /// <param name="inputs">The files that the script reads.</param>
    public RaceCommand Session(string scratch, string name, IEnumerable<string> lines, IReadOnlyList<string> inputs)
    {
        var script = Path.Combine(scratch, name + ".sql");
        File.WriteAllLines(script, lines);
        return new(program!, ["--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1", "--file", script], inputs);
    }

    /// <summary>Copies files straight into the target.</summary>
    public static IEnumerable<string> Append(IEnumerable<string> files) => files.Select(f => Copy(TargetTable.Name, f));

    /// <summary>What a careful operator types: a temporary table without indexes, and one statement.</summary>
    public static IEnumerable<string> Upsert(Dataset dataset, IEnumerable<string> files)
    {
        var assignments = dataset.Columns.Select(c => c.Name).Except(dataset.Key).Select(c => $"{c} = excluded.{c}");
        return
        [
            $"CREATE TEMP TABLE {Stage} (LIKE {TargetTable.Name});",
            .. files.Select(f => Copy(Stage, f)),
            $"INSERT INTO {TargetTable.Name} SELECT * FROM {Stage} ON CONFLICT ({string.Join(", ", dataset.Key)}) DO UPDATE SET {string.Join(", ", assignments)};",
        ];
    }

    private static string Copy(string table, string file) => Path.GetExtension(file) switch
    {
        ".gz" => $"\\copy {table} FROM PROGRAM 'gzip -dc {file}' (FORMAT csv, HEADER)",
        ".bin" => $"\\copy {table} FROM '{file}' (FORMAT binary)",
        _ => $"\\copy {table} FROM '{file}' (FORMAT csv, HEADER)",
    };
}
