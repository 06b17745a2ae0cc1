using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Ingest.Cli.Tests.Commands;

namespace Ingest.Cli.Tests.BadInput;

/// <summary>How a run ended, and the most memory that it held.</summary>
/// <param name="Outcome">What it printed.</param>
/// <param name="PeakBytes">The most resident memory.</param>
internal sealed record HardRun(CliOutcome Outcome, long PeakBytes)
{
    /// <summary>What a load may hold, whatever the input.</summary>
    public const long MemoryLimit = 200L << 20;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Runs a load to its end, and no longer than a minute; its memory is looked at until then.</summary>
    /// <param name="scene">Where.</param>
    /// <param name="words">What follows <c>load</c>.</param>
    /// <param name="feed">Writes its standard input, or null for none.</param>
    public static Task<HardRun> LoadAsync(CliScene scene, string[] words, Action<Stream>? feed = null) =>
        RunAsync(scene.Start(["load", .. words, "--output", "json"], scene.Database.Dsn), feed);

    /// <summary>The same as a user who owns nothing; the caller is root.</summary>
    public static Task<HardRun> AsNobodyAsync(CliScene scene, string[] words)
    {
        var start = IngestProcess.Describe(["load", .. words, "--output", "json"], ("INGEST_DSN", scene.Database.Dsn));
        var program = start.ArgumentList.ToArray();
        start.ArgumentList.Clear();
        foreach (var word in (string[])["-u", "nobody", "--", start.FileName, .. program]) start.ArgumentList.Add(word);
        start.FileName = "runuser";
        start.WorkingDirectory = "/";
        return RunAsync(Process.Start(start)!, null);
    }

    private static async Task<HardRun> RunAsync(Process started, Action<Stream>? feed)
    {
        using var process = started;
        var feeding = Task.Run(() => Feed(process.StandardInput.BaseStream, feed));
        var ending = CliScene.EndAsync(process);
        var peak = 0L;
        var clock = Stopwatch.StartNew();
        while (!ending.IsCompleted)
        {
            peak = Math.Max(peak, PeakOf(process.Id));
            if (clock.Elapsed > Patience)
            {
                process.Kill();
                Assert.Fail($"the run hangs: {await ending}");
            }
            await Task.Delay(10);
        }
        await feeding;
        return new(await ending, peak);
    }

    /// <summary>Checks that the run failed in the documented way: one line, one JSON document, no trace, flat memory.</summary>
    /// <param name="exitCode">The exit code.</param>
    /// <param name="parts">What the line must say: the code, the file, the place.</param>
    public void Failed(int exitCode, params string[] parts)
    {
        Assert.True(Outcome.ExitCode == exitCode, Outcome.ToString());
        var line = Assert.Single(Outcome.Errors);
        foreach (var part in parts) Assert.True(line.Contains(part, StringComparison.Ordinal), $"'{part}' is not in: {line}");
        Assert.DoesNotContain("unexpected failure", Outcome.Error, StringComparison.Ordinal);
        Clean();
        Assert.Equal(JsonValueKind.Object, Outcome.Json.ValueKind);
    }

    /// <summary>Checks that the run ended with rows: no error, flat memory.</summary>
    /// <param name="exitCode">The exit code.</param>
    /// <param name="memory">The most memory.</param>
    public void Loaded(int exitCode = 0, long memory = MemoryLimit)
    {
        Assert.True(Outcome.ExitCode == exitCode, Outcome.ToString());
        Assert.Empty(Outcome.Errors);
        Clean(memory);
    }

    private void Clean(long memory = MemoryLimit)
    {
        var all = Outcome.Out + Outcome.Error;
        Assert.DoesNotContain("   at ", all, StringComparison.Ordinal);
        Assert.DoesNotContain(all, c => char.IsControl(c) && c is not ('\n' or '\r'));
        Assert.True(PeakBytes < memory, $"{PeakBytes >> 20} MiB: {Outcome}");
    }

    private static void Feed(Stream input, Action<Stream>? feed)
    {
        try
        {
            feed?.Invoke(input);
            input.Close();
        }
        catch (IOException)
        {
            // The program has read enough, and is gone.
        }
    }

    /// <summary>VmHWM (proc(5)): the peak so far; 0 where there is no such thing, or the process has ended.</summary>
    private static long PeakOf(int process)
    {
        try
        {
            var line = File.ReadLines($"/proc/{process}/status").FirstOrDefault(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
            return line is null ? 0 : long.Parse(line[6..^2], CultureInfo.InvariantCulture) << 10;
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
