using System.Text.Json;
using Ingest.Cli.Logging;
using Ingest.Cli.Options;
using Ingest.Postgres;
using Microsoft.Extensions.Logging;

namespace Ingest.Cli.Tests;

public sealed class LogOutputTests
{
    private static readonly Exception Failure = new InvalidOperationException("first\nsecond with cAn4ry");

    [Fact]
    public void A_text_event_is_one_line_with_its_properties_and_without_secrets()
    {
        var line = Assert.Single(Write(LogFormat.Text));
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z WRN batch 7 of a b\.csv\\nx: \*\*\*", line);
        Assert.Contains(" run_id=r1 ", line);
        Assert.Contains("first\\nsecond", line);
    }

    [Fact]
    public void A_json_event_is_one_document_with_its_properties_and_without_secrets()
    {
        using var json = JsonDocument.Parse(Assert.Single(Write(LogFormat.Json)));
        var root = json.RootElement;
        Assert.Equal("warning", root.GetProperty("level").GetString());
        Assert.Equal(7, root.GetProperty("batch").GetInt32());
        Assert.Equal("a b.csv\nx", root.GetProperty("file").GetString());
        Assert.Equal(12.5, root.GetProperty("latency_ms").GetDouble());
        Assert.Equal("r1", root.GetProperty("run_id").GetString());
        Assert.Contains("first", root.GetProperty("exception").GetString());
    }

    [Fact]
    public void Events_below_the_level_are_not_written()
    {
        using var error = new StringWriter();
        using var log = new LogOutput(error, ConsoleSettings.Default, () => SecretFilter.None);
        log.LogDebug("no");
        log.LogInformation("yes");
        Assert.Contains("INF yes", error.ToString());
        Assert.DoesNotContain("no", error.ToString());
    }

    private static string[] Write(LogFormat format)
    {
        using var error = new StringWriter { NewLine = "\n" };
        using (var log = new LogOutput(error, ConsoleSettings.Default with { LogFormat = format }, () => new("cAn4ry")))
        {
            using var scope = log.BeginScope(new Dictionary<string, object> { ["RunId"] = "r1" });
            log.LogWarning(Failure, "batch {Batch} of {File}: {Secret} took {LatencyMs}", 7, "a b.csv\nx", "cAn4ry", 12.5);
        }
        Assert.DoesNotContain("cAn4ry", error.ToString());
        return error.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
