using Ingest.Parquet.Tests;
using Ingest.Postgres;
using Ingest.Testing;

namespace Ingest.Tests.Loading;

/// <summary>
/// Two ways into one server: our load of a Parquet file, and COPY of the CSV that DuckDB makes of the same file. Neither
/// shares code with the other.
/// </summary>
public sealed class ParquetDuckDbTests(PostgresFixture postgres, DuckDb duckDb) : IClassFixture<PostgresFixture>, IClassFixture<DuckDb>
{
    /// <summary>Values that PostgreSQL has no place for, and names that it cuts; ParquetCorpusTests has them.</summary>
    private static readonly HashSet<string> Left = ["extremes.parquet", "nul_in_text.parquet", "evil_names.parquet", "names.parquet"];

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Every_value_of_every_type_is_the_one_that_DuckDB_reads(bool isCorpus)
    {
        Skip.If(duckDb.Missing is not null, duckDb.Missing);
        var folder = isCorpus ? Repository.Corpus("duckdb-written") : Repository.PathOf("tests", "Ingest.Parquet.Tests", "data");
        var files = Directory.GetFiles(folder, "*.parquet").Where(f => !Left.Contains(Path.GetFileName(f))).Order(StringComparer.Ordinal).ToArray();
        var copies = duckDb.ToCopy(files);
        await using var scene = await LoadScene.CreateAsync(postgres, "");
        var problems = new List<string>();
        for (var i = 0; i < files.Length; i++)
        {
            var job = LoadScene.Append(files[i]) with { Table = TableName.Parse($"f{i}"), CreateTable = true, PreserveTypes = true };
            await scene.LoadedAsync(job);
            var difference = await DifferenceAsync(scene.Database, $"f{i}", copies[i]);
            if (difference.Count > 0) problems.Add($"{Path.GetFileName(files[i])}: {string.Join("\n  ", difference)}");
        }
        Assert.True(problems.Count == 0, string.Join('\n', problems));
    }

    private static async Task<IReadOnlyList<string>> DifferenceAsync(TestDatabase database, string table, string csv)
    {
        var columns = await database.RowsAsync(
            $"SELECT quote_ident(attname), format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = '{table}'::regclass AND attnum > 0 ORDER BY attnum");
        var types = columns.Select(c => (Name: c[..c.LastIndexOf('|')], Type: c[(c.LastIndexOf('|') + 1)..])).ToArray();
        var nested = types.Select(t => t.Type is "jsonb" or "json" || t.Type.EndsWith("[]", StringComparison.Ordinal)).ToArray();
        await database.ExecuteAsync($"CREATE TABLE {table}_copy ({string.Join(", ", types.Select((t, i) => $"{t.Name} {(nested[i] ? "jsonb" : t.Type)}"))})");
        await CopyAsync(database, $"{table}_copy", csv);
        string Values(Func<int, string> cast) => string.Join(", ", types.Select((t, i) => nested[i] ? cast(i) : t.Name));
        var ours = $"SELECT {Values(i => $"to_jsonb({types[i].Name})")} FROM {table}";
        var theirs = $"SELECT {Values(i => types[i].Name)} FROM {table}_copy";
        return await database.RowsAsync(
            $"(SELECT 'ours', left_over::text FROM ({ours} EXCEPT ALL {theirs}) left_over LIMIT 3) UNION ALL (SELECT 'DuckDB', left_over::text FROM ({theirs} EXCEPT ALL {ours}) left_over LIMIT 3)");
    }

    private static async Task CopyAsync(TestDatabase database, string table, string csv)
    {
        await using var connection = await database.OpenAsync();
        await using var copy = await connection.BeginTextImportAsync($"COPY {table} FROM STDIN (FORMAT csv, HEADER)");
        using var text = new StreamReader(csv);
        var buffer = new char[1 << 16];
        for (int read; (read = await text.ReadAsync(buffer)) > 0;) await copy.WriteAsync(buffer.AsMemory(0, read));
    }
}
