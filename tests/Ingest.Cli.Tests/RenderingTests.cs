using System.Text.Json;
using Ingest.Cli.Rendering;
using Ingest.Manifest;
using Ingest.Plan;

namespace Ingest.Cli.Tests;

public sealed class RenderingTests
{
    [Fact]
    public void With_thousands_of_files_the_table_shows_the_failed_ones_the_first_few_and_the_total()
    {
        var files = Enumerable.Range(0, 3_000).Select(i => File($"f{i}.csv", i == 1_500 ? FileStatus.Failed : FileStatus.Success)).ToArray();
        var lines = SummaryRows.Of(Result(files), ExitCode.FileFailed);
        Assert.True(lines.Count < 50);
        Assert.Equal("f0.csv", lines[0][0]);
        Assert.Contains(lines, line => line[0] == "f1500.csv" && line[^1] == "failed");
        Assert.Equal("… 2,994 more files", lines[^2][0]);
        Assert.Equal("total (3,000 files)", lines[^1][0]);
        Assert.Equal("30,000", lines[^1][1]);
        Assert.All(lines, line => Assert.Equal(SummaryRows.Titles.Length, line.Length));
    }

    [Fact]
    public void A_table_on_a_pipe_is_aligned_text_without_colour()
    {
        using var output = new StringWriter { NewLine = "\n" };
        var shell = new Shell { Out = output, Error = TextWriter.Null, Environment = new Dictionary<string, string>() };
        TextTable.Print(shell, ["file", "read"], [["a.csv", "7"], ["long name.csv", "1,000"]], column => column == 1);
        Assert.Equal("file            read\na.csv              7\nlong name.csv  1,000\n", output.ToString());
    }

    [Fact]
    public void The_json_result_has_every_term_of_the_accounting_identity()
    {
        using var output = new StringWriter();
        ResultJson.Write(output, Result(File("a.csv", FileStatus.Success)), ExitCode.LoadedWithRejects, text => text);
        using var json = JsonDocument.Parse(output.ToString());
        var file = json.RootElement.GetProperty("files")[0];
        var sum = ((string[])["inserted", "updated", "unchanged", "skipped", "superseded", "rejected"]).Sum(name => file.GetProperty(name).GetInt64());
        Assert.Equal(file.GetProperty("read").GetInt64(), sum);
        Assert.Equal("loaded_with_rejects", json.RootElement.GetProperty("status").GetString());
        Assert.Equal(3, json.RootElement.GetProperty("exit_code").GetInt32());
    }

    [Fact]
    public void A_progress_line_has_bar_rows_rates_rejects_and_time_left_and_fits_the_width()
    {
        var line = ProgressLine.Format(new("exports/a-rather-long-name-of-a-file-2026-11-21.csv", 1_250_000, 1_250_000, 12, 50_000_000, 200_000_000, TimeSpan.FromSeconds(10)), 110);
        Assert.Contains(" 25% ", line);
        Assert.Contains("1,250,000 rows", line);
        Assert.Contains("125.0k/s", line);
        Assert.Contains("5.0 MB/s", line);
        Assert.Contains("12 rejects", line);
        Assert.Contains("ETA 30s", line);
        Assert.Contains("…", line);
        Assert.True(line.Length <= 110);
    }

    [Fact]
    public void A_progress_line_of_a_pipe_has_no_share_and_no_time_left()
    {
        var line = ProgressLine.Format(new("-", 10, 10, 0, 500, null, TimeSpan.FromSeconds(2)), 100);
        Assert.DoesNotContain("%", line);
        Assert.DoesNotContain("ETA", line);
    }

    [Fact]
    public void A_file_that_is_read_but_not_committed_is_not_done()
    {
        Assert.Equal(0, new ProgressSample("a.csv", 0, 500, 0, 9_000, 9_000, TimeSpan.FromSeconds(2)).Share);
        Assert.Equal(1, new ProgressSample("a.csv", 500, 500, 0, 9_000, 9_000, TimeSpan.FromSeconds(2)).Share);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(40)]
    [InlineData(59)]
    public void A_progress_line_fits_a_narrow_terminal(int width) =>
        Assert.InRange(ProgressLine.Format(new("a.csv", 1_250_000, 1_250_000, 12, 5_000_000, 20_000_000, TimeSpan.FromSeconds(10)), width).Length, 1, width - 1);

    private static LoadResult Result(params FileResult[] files) =>
        new() { RunId = Guid.NewGuid(), Files = files, Elapsed = TimeSpan.FromSeconds(2), ExitCode = ExitCode.Success };

    private static FileResult File(string name, FileStatus status) => new()
    {
        File = name, Table = "t", Status = status, Elapsed = TimeSpan.FromSeconds(1),
        Counts = new() { Read = 10, Inserted = 4, Updated = 1, Unchanged = 1, Skipped = 1, Superseded = 1, Rejected = 2 },
    };
}
