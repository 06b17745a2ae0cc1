namespace Ingest.Parquet.Tests;

/// <summary>The test files: those of the repository, and those of others beside it where they are there.</summary>
internal static class Corpora
{
    /// <summary>The repository's root, found by its solution file.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The folder of this project.</summary>
    public static string Project => Path.Combine(Root, "tests", "Ingest.Parquet.Tests");

    /// <summary>The small files that duckdb/generate.mjs wrote.</summary>
    public static string Own => Path.Combine(Project, "data");

    /// <summary>The folder of files from elsewhere; it need not exist.</summary>
    public static string Shared { get; } =
        Environment.GetEnvironmentVariable("INGEST_TEST_CORPORA") ?? Path.Combine(Path.GetDirectoryName(Root)!, "shared", "corpora");

    /// <summary>The Parquet files in a folder of the shared corpora; none where it does not exist.</summary>
    public static IEnumerable<string> SharedFiles(params string[] folder)
    {
        var path = Path.Combine([Shared, .. folder]);
        return Directory.Exists(path) ? Directory.GetFiles(path, "*.parquet").Order(StringComparer.Ordinal) : [];
    }

    /// <summary>Every file that is meant to be readable.</summary>
    public static IEnumerable<string> Good() =>
        SharedFiles("parquet-testing", "data")
            .Concat(SharedFiles("parquet-testing", "data", "geospatial"))
            .Concat(SharedFiles("duckdb-written"))
            .Concat(Directory.GetFiles(Own, "*.parquet").Order(StringComparer.Ordinal));

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Ingest.sln"))) folder = Path.GetDirectoryName(folder);
        return folder ?? throw new InvalidOperationException("Ingest.sln is in no folder above the tests.");
    }
}
