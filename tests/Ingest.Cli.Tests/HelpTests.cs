namespace Ingest.Cli.Tests;

public sealed class HelpTests
{
    [Fact]
    public async Task The_programs_help_shows_three_calls_the_commands_and_the_exit_codes()
    {
        var help = await Help();
        var lines = help.Split('\n');
        var start = Array.IndexOf(lines, "Start here:");
        Assert.Equal(3, lines.Skip(start).TakeWhile(line => line != "Commands:").Count(line => line.StartsWith("  ingest ", StringComparison.Ordinal)));
        foreach (var command in new IngestCommand().Subcommands) Assert.Contains($"\n  {command.Name} ", help);
        foreach (var code in (string[])["0 ", "1 ", "2 ", "3 ", "4 ", "130, 143 "]) Assert.Contains($"\n  {code}", help);
    }

    [Fact]
    public async Task The_help_of_load_shows_examples_first_then_every_option_by_purpose()
    {
        var help = await Help("load");
        Assert.True(help.IndexOf("Start here:", StringComparison.Ordinal) < help.IndexOf("Target:", StringComparison.Ordinal));
        foreach (var heading in (string[])["Usage:", "Target:", "Connection:", "The run:", "Records that do not fit:", "How the files are written:", "Output and logs:", "Exit codes:"])
            Assert.Contains($"\n{heading}\n", help);
        var root = new IngestCommand();
        var load = root.Subcommands.Single(command => command.Name == "load");
        foreach (var option in load.Options)
        {
            Assert.Contains(option.Name, help);
            Assert.False(string.IsNullOrWhiteSpace(option.Description), option.Name);
        }
    }

    [Theory]
    [InlineData("status")]
    [InlineData("rejects")]
    [InlineData("rejects", "list")]
    [InlineData("rejects", "export")]
    [InlineData("rejects", "replay")]
    public async Task Every_command_has_help_that_begins_with_its_purpose_and_usage(params string[] command)
    {
        var help = await Help(command);
        Assert.Contains("\nUsage:\n  ingest " + string.Join(' ', command), help);
        Assert.DoesNotContain("\nUsage", help.Split("\nUsage")[0]);
    }

    [Fact]
    public async Task Help_fits_the_width()
    {
        foreach (var line in (await Help("load")).Split('\n')) Assert.True(line.Length <= 100, line);
    }

    private static async Task<string> Help(params string[] command)
    {
        using var output = new StringWriter { NewLine = "\n" };
        var shell = new Shell { Out = output, Error = TextWriter.Null, Environment = new Dictionary<string, string>() };
        Assert.Equal(0, await CommandLine.RunAsync([.. command, "--help"], shell));
        return output.ToString();
    }
}
