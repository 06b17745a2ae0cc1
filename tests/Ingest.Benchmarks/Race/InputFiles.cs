using System.Diagnostics;
using System.Text.Json;
using Ingest.Benchmarks.Data;

namespace Ingest.Benchmarks.Race;

/// <summary>
/// The files of the workloads, made when first asked for and kept for later runs: delete the folder after a change of a
/// generator.
/// </summary>
/// <param name="folder">Where they are.</param>
internal sealed class InputFiles(string folder)
{
    private const string DuckDbFolder = "tests/Ingest.Parquet.Tests/duckdb";

    private const string ParquetScript = "tests/Ingest.Benchmarks/Parquet/duckdb-parquet.mjs";

    /// <summary>The folder's path.</summary>
    public string Folder => folder;

    /// <summary>The files of a workload; for several, they are all with that ending in their folder.</summary>
    public IReadOnlyList<string> Whole(Workload workload, int changedPercent)
    {
        if (workload.Files == 1) return [File(workload, changedPercent, "", 0, workload.Rows)];
        var perFile = workload.Rows / workload.Files;
        return [.. Enumerable.Range(0, workload.Files).Select(i => File(workload, changedPercent, $"/{i + 1:00000}", i * perFile, perFile))];
    }

    /// <summary>The same rows in two parts: the first and the second half of the file, or of the files.</summary>
    public IReadOnlyList<string>[] Halves(Workload workload, int changedPercent)
    {
        if (workload.Files > 1)
        {
            var files = Whole(workload, changedPercent);
            return [[.. files.Take(files.Count / 2)], [.. files.Skip(files.Count / 2)]];
        }
        var half = workload.Rows / 2;
        return
        [
            [File(workload, changedPercent, "-half1", 0, half)],
            [File(workload, changedPercent, "-half2", half, workload.Rows - half)],
        ];
    }

    /// <summary>The unchanged rows as Parquet: a file for each of CSV.</summary>
    /// <exception cref="RaceException">DuckDB, which writes them, failed.</exception>
    public IReadOnlyList<string> Parquet(Workload workload)
    {
        var files = Whole(workload, 0).Select(csv => (Csv: csv, Parquet: Path.ChangeExtension(csv, ".parquet"))).ToArray();
        var missing = files.Where(f => !System.IO.File.Exists(f.Parquet)).ToArray();
        if (missing.Length > 0)
        {
            Progress.Say($"writing {missing[0].Parquet}{(missing.Length > 1 ? $" and {missing.Length - 1} more" : "")}");
            if (!Directory.Exists(Path.Combine(DuckDbFolder, "node_modules", "@duckdb"))) Run("", "bash", $"{DuckDbFolder}/install.sh");
            var job = new
            {
                columns = workload.Dataset.Columns.ToDictionary(c => c.Name, c => c.DuckDbType),
                files = missing.Select(f => new[] { f.Csv, f.Parquet + ".part" }),
            };
            Run(JsonSerializer.Serialize(job), "node", ParquetScript, DuckDbFolder);
            foreach (var (_, parquet) in missing) System.IO.File.Move(parquet + ".part", parquet);
        }
        return [.. files.Select(f => f.Parquet)];
    }

    /// <summary>Reads files, so that each contender finds them in the system's cache.</summary>
    public static void Warm(IEnumerable<string> paths)
    {
        var buffer = new byte[1 << 20];
        foreach (var path in paths)
        {
            using var file = System.IO.File.OpenHandle(path);
            var (at, read) = (0L, 0);
            while ((read = RandomAccess.Read(file, buffer, at)) > 0) at += read;
        }
    }

    private string File(Workload workload, int changedPercent, string part, long first, long rows)
    {
        // The indexed table has the rows of the narrow one.
        var dataset = workload.Dataset is NarrowData ? "narrow" : workload.Dataset.Name;
        var spread = workload.Files > 1 ? $"-in-{workload.Files}" : "";
        var change = changedPercent > 0 ? $"-changed{changedPercent}" : "";
        var path = Path.Combine(folder, $"{dataset}-{workload.Rows}{spread}{change}{part}.csv{(workload.Gzip ? ".gz" : "")}");
        if (System.IO.File.Exists(path)) return path;
        if (rows == workload.Rows) Progress.Say($"writing {path}");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        // Renamed when whole, so that an interrupted run leaves no file that looks like one. The ending decides on compression.
        var unfinished = Path.Combine(Path.GetDirectoryName(path)!, "unfinished-" + Path.GetFileName(path));
        DatasetFile.Write(unfinished, workload.Dataset, first, rows, changedPercent);
        System.IO.File.Move(unfinished, path);
        return path;
    }

    private static void Run(string input, string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0) throw new RaceException($"{program} {arguments[0]} ended with exit code {process.ExitCode}: no Parquet file");
    }
}
