using Ingest.Parquet;
using Ingest.Postgres;
using Ingest.Testing;

namespace Ingest.Tests.Loading;

/// <summary>The Parquet files of others, loaded into tables made for them.</summary>
public sealed class ParquetCorpusTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    /// <summary>Files that must be refused, with the code.</summary>
    private static readonly Dictionary<string, string> Refused = new()
    {
        ["datapage_v1-corrupt-checksum.parquet"] = "parquet_checksum",
        ["rle-dict-uncompressed-corrupt-checksum.parquet"] = "parquet_checksum",
        ["large_string_map.brotli.parquet"] = "parquet_limit",
    };

    /// <summary>Files with rows that PostgreSQL has no values for, and how many.</summary>
    private static readonly Dictionary<string, int> Rejected = new()
    {
        ["nul_in_text.parquet"] = 1,
        // A day before 4714 BC.
        ["extremes.parquet"] = 1,
    };

    /// <summary>Files whose column names are longer than PostgreSQL's can be: they need a table, or --headers.</summary>
    private static readonly HashSet<string> TooLongNames = ["evil_names.parquet"];

    [SkippableTheory]
    [InlineData("parquet-testing/data")]
    [InlineData("duckdb-written")]
    public async Task Every_row_of_every_file_lands_in_columns_of_its_own_types(string folder)
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "");
        var problems = new List<string>();
        var number = 0;
        foreach (var path in Directory.GetFiles(Corpora.File(folder), "*.parquet").Order(StringComparer.Ordinal))
        {
            var name = Path.GetFileName(path);
            if (Refused.ContainsKey(name) || TooLongNames.Contains(name)) continue;
            try
            {
                long rows;
                using (var file = ParquetFile.Open(path)) rows = file.Metadata.RowCount;
                var rejects = Rejected.GetValueOrDefault(name);
                var table = TableName.Parse($"f{number++}");
                var job = LoadScene.Append(path) with { Table = table, CreateTable = true, PreserveTypes = true, MaxRejects = new(rejects, null) };
                var result = await scene.LoadAsync(job);
                var count = await scene.CountAsync(table);
                if (result.Error is not null || count != rows - rejects || result.Total.Rejected != rejects)
                    problems.Add($"{name}: {count} of {rows}, {result.Total.Rejected} rejects, {(result.Error ?? result.Files[0].Error)?.Message}");
            }
            catch (IngestException e)
            {
                problems.Add($"{name}: {e.Message}");
            }
        }
        Assert.True(problems.Count == 0, string.Join('\n', problems));
    }

    [SkippableFact]
    public async Task What_is_corrupt_or_encrypted_is_refused_and_leaves_no_row()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "");
        var data = Corpora.File("parquet-testing/data");
        var files = Directory.GetFiles(Corpora.File("parquet-testing/bad_data"), "*.parquet")
            .Concat(Refused.Keys.Select(name => Path.Combine(data, name)))
            .Concat(Directory.GetFiles(data, "*.parquet.encrypted", SearchOption.AllDirectories));
        var problems = new List<string>();
        var number = 0;
        foreach (var path in files)
        {
            var name = Path.GetFileName(path);
            var table = TableName.Parse($"f{number++}");
            var job = LoadScene.Append(path) with { Table = table, CreateTable = true, PreserveTypes = true };
            IngestException? error;
            try
            {
                var result = await scene.LoadAsync(job);
                error = result.Error ?? result.Files[0].Error;
            }
            catch (IngestException e)
            {
                error = e;
            }
            var expected = Refused.GetValueOrDefault(name) ?? (name.EndsWith(".encrypted", StringComparison.Ordinal) ? "parquet_encrypted" : "parquet_corrupt");
            if (error is not SourceException || error.Code != expected || error.Message.Contains('\n') || !error.Message.StartsWith(path, StringComparison.Ordinal))
                problems.Add($"{name}: {error?.Code} {error?.Message}");
            if (await scene.CountAsync(table) is > 0 and var count) problems.Add($"{name}: {count} rows");
        }
        Assert.True(problems.Count == 0, string.Join('\n', problems));
    }
}
