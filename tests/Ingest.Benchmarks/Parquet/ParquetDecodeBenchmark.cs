using System.Diagnostics;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Engines;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Ingest.Parquet;

namespace Ingest.Benchmarks.Parquet;

/// <summary>
/// All columns of 5,000,000 rows into vectors on one thread, side by side with DuckDB's scan of the same file on one
/// thread; the target is a ratio of at most 2.0. Needs node, and DuckDB installed by
/// tests/Ingest.Parquet.Tests/duckdb/install.sh. Files are kept in the temporary folder between runs.
/// <code>dotnet run -c Release --project tests/Ingest.Benchmarks -- --filter '*ParquetDecode*'</code>
/// </summary>
[Config(typeof(Runs))]
public class ParquetDecodeBenchmark
{
    private string file = "";
    private Process? duckDb;

    [Params("snappy", "zstd")]
    public string Codec { get; set; } = "";

    [GlobalSetup]
    public void Start()
    {
        file = Path.Combine(Path.GetTempPath(), $"{Codec}_5m.parquet");
        var tests = TestsFolder();
        duckDb = Process.Start(new ProcessStartInfo(
            "node",
            [Path.Combine(tests, "Ingest.Benchmarks", "Parquet", "duckdb-scan.mjs"), Path.Combine(tests, "Ingest.Parquet.Tests", "duckdb"), file])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        Expect("ready");
    }

    [GlobalCleanup]
    public void Stop()
    {
        duckDb!.StandardInput.Close();
        duckDb.WaitForExit();
        duckDb.Dispose();
    }

    [Benchmark(Baseline = true)]
    public void DuckDb()
    {
        duckDb!.StandardInput.WriteLine("scan");
        duckDb.StandardInput.Flush();
        Expect("done");
    }

    [Benchmark]
    public long Decode()
    {
        var rows = 0L;
        using var parquet = ParquetFile.Open(file);
        foreach (var group in parquet.Metadata.RowGroups)
        {
            using var reader = parquet.OpenRowGroup(group.Index);
            while (reader.ReadSlice() is { } slice)
            {
                rows += slice.RowCount;
                slice.Dispose();
            }
        }
        return rows;
    }

    private void Expect(string answer)
    {
        var line = duckDb!.StandardOutput.ReadLine();
        if (line != answer) throw new InvalidOperationException($"DuckDB answered '{line}' where '{answer}' was expected.");
    }

    private static string TestsFolder()
    {
        var folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Ingest.sln"))) folder = Path.GetDirectoryName(folder);
        return Path.Combine(folder ?? throw new InvalidOperationException("Ingest.sln is in no folder above."), "tests");
    }

    // A run takes part of a second, so that it is measured as a whole, and in one process with its neighbour.
    private sealed class Runs : ManualConfig
    {
        public Runs() => AddJob(Job.Default
            .WithToolchain(InProcessEmitToolchain.Instance)
            .WithStrategy(RunStrategy.Monitoring)
            .WithWarmupCount(3)
            .WithIterationCount(10));
    }
}
