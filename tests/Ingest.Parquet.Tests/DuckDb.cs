using System.ComponentModel;
using System.Diagnostics;

namespace Ingest.Parquet.Tests;

/// <summary>
/// DuckDB through its npm package, as an independent reader. It is installed on first use; where node or npm is
/// missing, or the package cannot be had, <see cref="Missing"/> says why and the tests that need it are skipped.
/// </summary>
public sealed class DuckDb : IDisposable
{
    private readonly string folder = Path.Combine(Corpora.Project, "duckdb");
    private readonly string output = Directory.CreateTempSubdirectory("ingest-duckdb-").FullName;

    public DuckDb()
    {
        if (!Directory.Exists(Path.Combine(folder, "node_modules", "@duckdb"))) Missing = Install();
        Missing ??= Try("node", "--version");
    }

    /// <summary>Why DuckDB is not there, or null.</summary>
    public string? Missing { get; }

    /// <summary>Reads files: for each its rows in canonical text after a line of types, or null and the error.</summary>
    public IReadOnlyList<(string? Rows, string? Error)> Read(IReadOnlyList<string> files)
    {
        var target = Directory.CreateDirectory(Path.Combine(output, Guid.NewGuid().ToString("n"))).FullName;
        var error = Try("node", [Path.Combine(folder, "dump.mjs"), target, .. files]);
        Assert.Null(error);
        return [.. files.Select((_, i) =>
        {
            var rows = Path.Combine(target, $"{i}.txt");
            return File.Exists(rows) ? (rows, null) : ((string?)null, File.ReadAllText(Path.Combine(target, $"{i}.error")));
        })];
    }

    /// <summary>Converts files to CSV that PostgreSQL's COPY reads; returns the paths.</summary>
    public IReadOnlyList<string> ToCopy(IReadOnlyList<string> files)
    {
        var target = Directory.CreateDirectory(Path.Combine(output, Guid.NewGuid().ToString("n"))).FullName;
        var error = Try("node", [Path.Combine(folder, "to-copy.mjs"), target, .. files]);
        Assert.Null(error);
        return [.. files.Select((_, i) => Path.Combine(target, $"{i}.csv"))];
    }

    public void Dispose() => Directory.Delete(output, recursive: true);

    private string? Install() => Try("npm", "install", "--no-audit", "--no-fund", "--loglevel=error");

    private string? Try(string command, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(command, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        try
        {
            using var process = Process.Start(start)!;
            var standard = process.StandardOutput.ReadToEndAsync();
            var error = process.StandardError.ReadToEnd();
            if (!process.WaitForExit(TimeSpan.FromMinutes(5)))
            {
                process.Kill(entireProcessTree: true);
                return $"{command} did not end";
            }
            standard.Wait();
            return process.ExitCode == 0 ? null : $"{command} failed: {error}";
        }
        catch (Win32Exception e)
        {
            return $"{command} cannot be started: {e.Message}";
        }
    }
}
