using Ingest.Manifest;
using Ingest.Plan;

namespace Ingest.Cli.Rendering;

/// <summary>The lines of the final table. With many files: the failed ones, the first few, and the total.</summary>
internal static class SummaryRows
{
    private const int MostFiles = 40;
    private const int MostFailed = 30;
    private const int First = 5;

    /// <summary>The column titles.</summary>
    public static string[] Titles { get; } =
        ["file", "read", "inserted", "updated", "unchanged", "skipped", "superseded", "rejected", "seconds", "rows/s", "status"];

    /// <summary>The lines, each with as many cells as there are titles; the last is the total when there are several files.</summary>
    public static List<string[]> Of(LoadResult result, ExitCode exitCode)
    {
        var files = Select(result.Files);
        var lines = files.ConvertAll(file => Cells(file.File, file.Counts, file.ReadBefore, file.Elapsed, StatusWords.Of(file.Status)));
        var left = result.Files.Count - files.Count;
        if (left > 0) lines.Add([$"… {Figures.Count(left)} more files", .. Enumerable.Repeat("", Titles.Length - 1)]);
        if (result.Files.Count != 1)
            lines.Add(Cells($"total ({Figures.Count(result.Files.Count)} files)", result.Total, result.ReadBefore, result.Elapsed, StatusWords.Of(exitCode).Replace('_', ' ')));
        return lines;
    }

    private static List<FileResult> Select(IReadOnlyList<FileResult> files)
    {
        if (files.Count <= MostFiles) return [.. files];
        var failed = files.Where(file => file.Status is not (FileStatus.Success or FileStatus.AlreadyLoaded)).Take(MostFailed);
        var chosen = failed.Concat(files.Take(First)).ToHashSet();
        return [.. files.Where(chosen.Contains)];
    }

    /// <summary>The cells of one line.</summary>
    internal static string[] Cells(string name, LoadCounts counts, long readBefore, TimeSpan elapsed, string status) =>
    [
        name,
        Figures.Count(counts.Read),
        Figures.Count(counts.Inserted),
        Figures.Count(counts.Updated),
        Figures.Count(counts.Unchanged),
        Figures.Count(counts.Skipped),
        Figures.Count(counts.Superseded),
        Figures.Count(counts.Rejected),
        Figures.Seconds(elapsed),
        Figures.Count(Figures.PerSecond(counts.Read - readBefore, elapsed)),
        status,
    ];
}
