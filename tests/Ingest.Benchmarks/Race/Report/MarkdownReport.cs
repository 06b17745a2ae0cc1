using System.Globalization;
using System.Text;

namespace Ingest.Benchmarks.Race.Report;

/// <summary>The report for readers.</summary>
internal static class MarkdownReport
{
    /// <summary>The page.</summary>
    /// <param name="report">What was found.</param>
    /// <param name="ingest">The name of our own contender.</param>
    public static string Render(RaceReport report, string ingest)
    {
        var page = new StringBuilder();
        Introduce(page, report);
        if (report.Results.Count > 0)
        {
            Compare(page, report, ingest);
            Detail(page, report);
        }
        Sizes(page, report);
        Alone(page, report);
        Contenders(page, report);
        return page.ToString();
    }

    private static void Introduce(StringBuilder page, RaceReport report)
    {
        var (machine, settings) = (report.Machine, report.ServerSettings.Select(s => $"{s.Key} {s.Value}"));
        page.Append("# Benchmark\n\n");
        page.Append($"Medians of {report.Rounds} {(report.Rounds == 1 ? "round" : "rounds")} with the contenders in turns, by `{report.Invocation}` on {report.Date}.\n");
        page.Append($"Machine: {machine.Cores} cores ({machine.Processor}), {machine.MemoryGigabytes:F0} GB of memory, shared by client and server; {machine.System}.\n");
        page.Append($"Server: {string.Join(", ", settings)}. Versions: {string.Join("; ", report.Versions)}.\n");
        foreach (var result in report.Results.Where(r => r.Failure is not null))
            page.Append($"\n**Out: {result.Contender} in {result.Workload}, {result.Work}: {result.Failure}**\n");
    }

    private static void Compare(StringBuilder page, RaceReport report, string ingest)
    {
        var others = report.Contenders.Keys.Where(name => name != ingest).ToArray();
        page.Append("\n## Time of ingest by the time of each contender\n\nBelow 1, ingest is faster. The best peer is the fastest of those that one could use instead: not the floor.\n\n");
        Row(page, ["workload", "work", "ingest s", "best peer", .. others]);
        Rule(page, 2, others.Length + 2);
        foreach (var heat in report.Results.GroupBy(r => (r.Workload, r.Work)))
        {
            var ours = heat.FirstOrDefault(r => r.Contender == ingest);
            // The largest ratio is that to the fastest.
            var best = heat.Where(r => report.Peers.Contains(r.Contender)).Max(r => r.Ratio);
            var ratios = others.Select(name => heat.FirstOrDefault(r => r.Contender == name)?.Ratio).Prepend(best);
            Row(page, [heat.Key.Workload, Title(heat.Key.Work), Number(ours?.Summary?.Seconds, 2), .. ratios.Select(r => Number(r, 2))]);
        }
    }

    private static void Detail(StringBuilder page, RaceReport report)
    {
        page.Append("\n## Every contender\n\nCPU and memory are the client's: the server's are not among them.\n");
        foreach (var workload in report.Results.GroupBy(r => (r.Workload, r.Rows)))
        {
            page.Append($"\n### {workload.Key.Workload}: {Count(workload.Key.Rows)} rows, {report.Workloads[workload.Key.Workload]}\n\n");
            Row(page, ["work", "contender", "s", "rows/s", "CPU s", "CPU µs/row", "peak MB", "ingest ÷ this"]);
            Rule(page, 2, 6);
            foreach (var result in workload)
            {
                var took = result.Summary;
                Row(page,
                [
                    Title(result.Work), result.Contender, Number(took?.Seconds, 2), took is null ? "" : Count((long)(result.Rows / took.Seconds)),
                    Number(took?.CpuSeconds, 2), Number(result.CpuMicrosecondsPerRow, 2), Number(took?.PeakMegabytes, 0), Number(result.Ratio, 2),
                ]);
            }
        }
    }

    private static void Sizes(StringBuilder page, RaceReport report)
    {
        if (report.Sizes.Count == 0) return;
        page.Append("\n## ingest by size\n\nUpsert of narrow rows into an empty table.\n\n");
        Row(page, ["rows", "loads", "s", "rows/s", "peak MB"]);
        Rule(page, 0, 5);
        foreach (var result in report.Sizes)
        {
            var took = result.Summary!;
            Row(page, [Count(result.Rows), Count(result.Samples.Count), Number(took.Seconds, 2), Count((long)(result.Rows / took.Seconds)), Number(took.PeakMegabytes, 0)]);
        }
    }

    private static void Alone(StringBuilder page, RaceReport report)
    {
        if (report is { Allocation: null, Decode: null }) return;
        page.Append("\n## The client alone\n\n");
        if (report.Decode is { } decode)
            page.Append($"- {decode.Describe()}.\n");
        if (report.Allocation is { } allocation)
            page.Append($"- allocated on the managed heap for each row of {Count(allocation.Rows)}: {allocation.BytesPerRow:F2} bytes; "
                + $"by a second load in the same process: {allocation.BytesPerRowAgain:F2} bytes.\n");
    }

    private static void Contenders(StringBuilder page, RaceReport report)
    {
        page.Append("\n## Contenders\n\n");
        foreach (var (name, title) in report.Contenders) page.Append($"- {name}: {title}\n");
        foreach (var (name, reason) in report.Skipped) page.Append($"- skipped: {name}, as {reason}\n");
        page.Append("\nThe first heat is held once before the clock counts. Before each run the table is in its start state, vacuumed and analyzed, after a checkpoint and a sync, the files are in the system's cache, and free memory was touched, so that the host of a virtual machine has handed it out; "
            + $"after it, its rows are compared with those of the files. CPU and memory: {report.MeasuredBy}.\n");
    }

    private static string Title(string work) => Work.All.First(w => w.Name == work).Title;

    private static string Number(double? value, int digits) => value?.ToString($"F{digits}", CultureInfo.InvariantCulture) ?? "";

    private static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static void Row(StringBuilder page, IEnumerable<string> cells) => page.Append("| ").AppendJoin(" | ", cells).Append(" |\n");

    private static void Rule(StringBuilder page, int texts, int numbers) =>
        Row(page, Enumerable.Repeat("---", texts).Concat(Enumerable.Repeat("---:", numbers)));
}
