using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace Ingest.Cli.Tests;

public sealed class ProgramTests
{
    [Theory]
    [InlineData("laod", "did you mean load?")]
    [InlineData("load", "no files")]
    [InlineData("load a.csv", "--table")]
    [InlineData("load a.csv -t t --wat", "unknown option '--wat'")]
    [InlineData("rejects", "give list, export or replay")]
    [InlineData("status a b", "unexpected argument 'b'")]
    [InlineData("status zz --dsn postgresql://u:pw@h:x/d", "the port")]
    [InlineData("rejects replay", "FILE is missing")]
    [InlineData("rejects replay ", "FILE: a file name is empty")]
    [InlineData("rejects replay -", "not standard input")]
    [InlineData("rejects replay /", "it is a directory")]
    [InlineData("rejects replay none.csv", "it does not exist")]
    [InlineData("rejects export -o ", "--out: a file name is empty")]
    public async Task Bad_usage_is_one_line_on_standard_error_and_exit_2(string words, string expected)
    {
        var (code, output, error) = await IngestProcess.RunAsync(words.Split(' '));
        Assert.Equal(2, code);
        Assert.Empty(output);
        Assert.StartsWith("ingest: error: ", error);
        Assert.Contains(expected, error);
        Assert.Single(error.TrimEnd().Split('\n'));
    }

    [Theory]
    [InlineData(2, "load a.csv --output json")]
    [InlineData(2, "load --output json --bogus")]
    [InlineData(2, "load a.csv -t t --dsn host=h;bogus=1 --output json")]
    [InlineData(2, "init --role --output json")]
    [InlineData(2, "status --limit --output=json")]
    [InlineData(2, "status --log-level bogus --output JSON")]
    [InlineData(4, "status --dsn postgresql://u@127.0.0.1:1/d --output json")]
    public async Task With_json_output_a_failure_is_one_document_on_standard_output(int exitCode, string words)
    {
        var (code, output, error) = await IngestProcess.RunAsync(words.Split(' '));
        Assert.Equal(exitCode, code);
        using var json = JsonDocument.Parse(output);
        Assert.Equal(exitCode, json.RootElement.GetProperty("exit_code").GetInt32());
        Assert.Equal("failed", json.RootElement.GetProperty("status").GetString());
        var message = json.RootElement.GetProperty("error").GetProperty("message").GetString()!;
        Assert.Contains(message, error);
    }

    [Fact]
    public async Task Without_words_the_help_goes_to_standard_error_with_exit_2()
    {
        var (code, output, error) = await IngestProcess.RunAsync([]);
        Assert.Equal(2, code);
        Assert.Empty(output);
        Assert.Contains("Commands:", error);
    }

    [Fact]
    public async Task The_version_is_one_line()
    {
        var (code, output, error) = await IngestProcess.RunAsync(["--version"]);
        Assert.Equal(0, code);
        Assert.Matches("^ingest [0-9]+\\.[0-9]+\\.[0-9]+\\s*$", output);
        Assert.Empty(error);
    }

    [Theory]
    [InlineData("text")]
    [InlineData("json")]
    public async Task A_password_is_in_no_output_even_at_the_most_detailed_level(string format)
    {
        var (code, output, error) = await IngestProcess.RunAsync(
            ["status", "--log-level", "trace", "--log-format", format, "--output", format],
            ("INGEST_DSN", "postgresql://anna:cAn4ry%2FXq7Zt9@127.0.0.1:1/shop"));
        Assert.Equal(4, code);
        Assert.Contains("anna@127.0.0.1:1/shop", error);
        Assert.DoesNotContain("cAn4ry", output + error);
        var log = error.TrimEnd().Split('\n').Where(line => !line.StartsWith("ingest: error:", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(log);
        if (format == "json") Assert.All(log, line => JsonDocument.Parse(line).Dispose());
    }

    [Theory]
    [InlineData("load a.csv")]
    [InlineData("status --dsn postgresql://u@127.0.0.1:1/d")]
    public async Task With_a_log_in_json_an_error_is_an_event_of_it(string words)
    {
        var (_, _, error) = await IngestProcess.RunAsync([.. words.Split(' '), "--log-format", "json"]);
        using var json = JsonDocument.Parse(error.TrimEnd().Split('\n')[^1]);
        Assert.Equal("error", json.RootElement.GetProperty("level").GetString());
        Assert.NotEmpty(json.RootElement.GetProperty("error").GetString()!);
        Assert.Contains(json.RootElement.GetProperty("code").GetString(), (string[])["usage", "unreachable"]);
    }

    [SkippableTheory]
    [InlineData("--version >&-", 1, "standard output cannot be written")]
    [InlineData("laod >&-", 2, "did you mean load?")]
    [InlineData("laod >&- 2>&-", 2, "")]
    [InlineData("--version 2>&-", 0, "")]
    public async Task A_stream_that_is_closed_ends_in_no_more_than_a_line(string words, int exitCode, string expected)
    {
        Skip.If(OperatingSystem.IsWindows(), "a shell of Unix closes them");
        var start = IngestProcess.Describe([]);
        var program = string.Join(' ', start.ArgumentList.Prepend(start.FileName).Select(word => $"'{word}'"));
        (start.FileName, var script) = ("/bin/sh", $"{program} {words}");
        start.ArgumentList.Clear();
        foreach (var word in (string[])["-c", script]) start.ArgumentList.Add(word);

        using var process = Process.Start(start)!;
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();

        Assert.Equal(exitCode, process.ExitCode);
        Assert.Contains(expected, error);
        Assert.DoesNotContain("   at ", error);
    }

    [SkippableTheory]
    [InlineData("INT", 130)]
    [InlineData("TERM", 143)]
    public async Task A_signal_ends_the_program_with_its_exit_code(string signal, int exitCode)
    {
        Skip.If(OperatingSystem.IsWindows(), "signals are sent by kill");
        // A server that accepts and never answers.
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;

        using var process = IngestProcess.Start(["status", "--dsn", $"postgresql://u@127.0.0.1:{port}/d", "--output", "json"]);
        using var accepted = await listener.AcceptTcpClientAsync();
        using (var kill = Process.Start("kill", ["-" + signal, $"{process.Id}"])) await kill.WaitForExitAsync();

        using var json = JsonDocument.Parse(await process.StandardOutput.ReadToEndAsync());
        Assert.Equal("interrupted", json.RootElement.GetProperty("status").GetString());
        await process.WaitForExitAsync();
        Assert.Equal(exitCode, process.ExitCode);
        Assert.Contains("interrupted by SIG" + signal, await process.StandardError.ReadToEndAsync());
    }
}
