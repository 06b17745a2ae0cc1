using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ingest.Benchmarks.Race.Report;

/// <summary>Where reports go.</summary>
internal static class ReportFiles
{
    private static readonly JsonSerializerOptions Style = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
    };

    /// <summary>Writes the Markdown and the JSON, and returns the Markdown.</summary>
    /// <param name="report">What was found.</param>
    /// <param name="ingest">The name of our own contender.</param>
    /// <param name="partial">Whether it is of a part, which does not replace the whole.</param>
    public static string Write(RaceReport report, string ingest, bool partial)
    {
        var name = Path.Combine("docs", "benchmarks", partial ? "partial" : "latest");
        Directory.CreateDirectory(Path.GetDirectoryName(name)!);
        var page = MarkdownReport.Render(report, ingest);
        File.WriteAllText(name + ".md", page);
        File.WriteAllText(name + ".json", JsonSerializer.Serialize(report, Style) + "\n");
        Progress.Say($"written: {name}.md and {name}.json");
        return page;
    }
}
