using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace Ingest.FaultTests;

/// <summary>Servers that are not there, or not what was asked for: the load gives up in bounded time, with one line.</summary>
public sealed partial class UnreachableTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("ingest-fault-").FullName;

    public UnreachableTests() => File.WriteAllText(Source, "id\n1\n");

    private string Source => Path.Combine(folder, "a.csv");

    [Fact]
    public async Task Where_nothing_listens_attempts_are_counted_and_spaced_with_jitter_and_the_breaker_opens()
    {
        var (errors, line) = await FailsAsync($"postgresql://loader@127.0.0.1:{FreePort()}/shop", "--max-retries", "4");

        Assert.Contains("loader@127.0.0.1:", line, StringComparison.Ordinal);
        Assert.Contains("Connection refused", line, StringComparison.Ordinal);
        var attempts = Attempt().Matches(errors);
        Assert.Equal(["1", "2", "3", "4"], attempts.Select(a => a.Groups[1].Value));
        // Without jitter the waits of two lanes would end together; without growth the second half would be as short as the first.
        var waits = attempts.Select(a => double.Parse(a.Groups[2].ValueSpan, CultureInfo.InvariantCulture)).ToArray();
        Assert.True(waits[0] + waits[1] < waits[2] + waits[3], string.Join(", ", waits));
        Assert.Contains("does not answer; all lanes wait", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_name_that_does_not_exist_is_named()
    {
        var (_, line) = await FailsAsync("postgresql://loader@no-such-host.invalid/shop", "--max-retries", "0");

        Assert.Contains("cannot connect to loader@no-such-host.invalid", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_without_TLS_is_not_used_where_TLS_is_required()
    {
        await using var server = new Greeter('N');
        var (_, line) = await FailsAsync($"postgresql://loader@127.0.0.1:{server.Port}/shop?sslmode=require&gssencmode=disable", "--max-retries", "0");

        Assert.Contains("SSL", line, StringComparison.Ordinal);
        Assert.Equal(1, server.Greeted);
    }

    [Fact]
    public async Task A_connection_that_ends_in_the_TLS_handshake_is_tried_again_as_often_as_is_allowed()
    {
        await using var server = new Greeter('S');
        await FailsAsync($"postgresql://loader@127.0.0.1:{server.Port}/shop?sslmode=require&gssencmode=disable", "--max-retries", "2");

        Assert.Equal(3, server.Greeted);
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_told_before_any_attempt_to_connect()
    {
        await using var server = new Greeter('N');
        var dsn = $"postgresql://loader@127.0.0.1:{server.Port}/shop";
        foreach (var (file, code) in new[] { ("missing.csv", "file_not_found"), ("*.tsv", "no_match") })
        {
            using var load = IngestProcess.Load(dsn, Path.Combine(folder, file), "--table", "t");
            var end = await load.EndAsync();
            Assert.True(end.ExitCode == 2, $"{end.ExitCode}: {end.Errors}");
            Assert.Contains($"({code})", end.Errors, StringComparison.Ordinal);
        }

        Assert.Equal(0, server.Greeted);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private async Task<(string Errors, string Line)> FailsAsync(string dsn, params string[] options)
    {
        using var load = IngestProcess.Load(dsn, [Source, "--table", "t", .. options]);
        var end = await load.EndAsync();
        Assert.True(end.ExitCode == 4, $"{end.ExitCode}: {end.Errors}");
        var line = Assert.Single(end.Errors.Split('\n'), l => l.StartsWith("ingest: error: ", StringComparison.Ordinal));
        Assert.EndsWith("(unreachable)", line.TrimEnd(), StringComparison.Ordinal);
        return (end.Errors, line);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    [GeneratedRegex(@"failed \(attempt (\d+)\), again in ([\d.]+) s")]
    private static partial Regex Attempt();

    /// <summary>Answers a request for TLS with one letter, and after the client's next bytes ends the connection.</summary>
    private sealed class Greeter : IAsyncDisposable
    {
        private readonly TcpListener listener = new(IPAddress.Loopback, 0);
        private readonly CancellationTokenSource stop = new();
        private readonly char answer;
        private readonly Task serving;
        private int greeted;

        public Greeter(char answer)
        {
            this.answer = answer;
            listener.Start();
            serving = ServeAsync();
        }

        public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

        public int Greeted => greeted;

        public async ValueTask DisposeAsync()
        {
            await stop.CancelAsync();
            await serving;
            listener.Stop();
            stop.Dispose();
        }

        private async Task ServeAsync()
        {
            try
            {
                while (true)
                {
                    using var client = await listener.AcceptSocketAsync(stop.Token);
                    greeted++;
                    var buffer = new byte[64 << 10];
                    await client.ReceiveAsync(buffer, stop.Token);
                    await client.SendAsync(new[] { (byte)answer }, stop.Token);
                    await client.ReceiveAsync(buffer, stop.Token);
                    client.Shutdown(SocketShutdown.Both);
                }
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException)
            {
                // Stopped.
            }
        }
    }
}
