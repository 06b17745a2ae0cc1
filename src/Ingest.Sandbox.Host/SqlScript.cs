using Npgsql;

namespace Ingest.Sandbox.Host;

/// <summary>Runs SQL and prints what it returns: what the scripts need of psql, for machines without one.</summary>
internal static class SqlScript
{
    private const string Null = "∅";

    /// <summary>Runs one or more statements, and prints each result as a table with its header.</summary>
    internal static async Task RunAsync(string dsn, string script, TextWriter output)
    {
        await using var connection = new NpgsqlConnection(PostgresSandbox.ConnectionStringOf(dsn));
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Running the caller's SQL is this program's purpose.
        command.CommandText = script;
#pragma warning restore CA2100
        // Values as the server writes them: every type has a text form.
        command.AllResultTypesAreUnknown = true;
        await using var reader = await command.ExecuteReaderAsync();
        do
        {
            if (reader.FieldCount == 0) continue;
            var columns = Enumerable.Range(0, reader.FieldCount).ToArray();
            List<string[]> rows = [[.. columns.Select(reader.GetName)]];
            while (await reader.ReadAsync())
                rows.Add([.. columns.Select(c => reader.IsDBNull(c) ? Null : OneLine(reader.GetString(c)))]);
            Print(rows, output);
        }
        while (await reader.NextResultAsync());
    }

    /// <summary>Prints the rows, the first of them a header, in columns as wide as their widest value.</summary>
    internal static void Print(IReadOnlyList<string[]> rows, TextWriter output)
    {
        var widths = rows[0].Select((_, column) => rows.Max(r => r[column].Length)).ToArray();
        for (var i = 0; i < rows.Count; i++)
        {
            output.WriteLine(string.Join(" | ", rows[i].Select((field, column) => field.PadRight(widths[column]))).TrimEnd());
            if (i == 0) output.WriteLine(string.Join("-+-", widths.Select(w => new string('-', w))));
        }

        output.WriteLine($"({rows.Count - 1} {(rows.Count == 2 ? "row" : "rows")})");
    }

    private static string OneLine(string value) =>
        value.Replace("\r", "", StringComparison.Ordinal).Replace("\n", "↵", StringComparison.Ordinal);
}
