using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace Ingest.Benchmarks.Race;

/// <summary>
/// Runs a contender's programs side by side and measures them. GNU time reports CPU and peak memory exactly, children
/// included; without it they are read from the running process, and what its last moments took is missing.
/// </summary>
/// <param name="scratch">A folder for GNU time's reports.</param>
/// <param name="environment">What the programs find in their environment: the server's address.</param>
internal sealed class CommandMeter(string scratch, IReadOnlyDictionary<string, string> environment)
{
    private const string GnuTime = "/usr/bin/time";

    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(20);

    private readonly bool hasGnuTime = HasGnuTime();

    /// <summary>How CPU and memory are measured, for the report.</summary>
    public string Method => hasGnuTime ? "GNU time" : "the system's process table, looked at every 20 ms";

    /// <summary>Runs programs at once until the last has ended.</summary>
    /// <exception cref="RaceException">One failed; the message has its last words.</exception>
    public async Task<Measurement> RunAsync(IReadOnlyList<RaceCommand> commands, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        var used = await Task.WhenAll(commands.Select((command, i) => RunOneAsync(command, Path.Combine(scratch, $"time-{i}"), cancellationToken)));
        return new(clock.Elapsed.TotalSeconds, used.Sum(u => u.Cpu), used.Sum(u => u.Peak));
    }

    private async Task<(double Cpu, double Peak)> RunOneAsync(RaceCommand command, string report, CancellationToken cancellationToken)
    {
        var info = hasGnuTime
            ? new ProcessStartInfo(GnuTime, ["--format", "%U %S %M", "--output", report, command.Program, .. command.Arguments])
            : new ProcessStartInfo(command.Program, command.Arguments);
        info.RedirectStandardOutput = true;
        info.RedirectStandardError = true;
        foreach (var (name, value) in environment) info.Environment[name] = value;
        using var process = Start(info);
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        var used = (Cpu: 0.0, Peak: 0.0);
        try
        {
            if (!hasGnuTime) used = await WatchAsync(process, cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
            throw;
        }
        if (process.ExitCode != 0) throw new RaceException($"exit code {process.ExitCode}: {LastWords(await errors + await output)}");
        return hasGnuTime ? Read(report) : used;
    }

    private static async Task<(double Cpu, double Peak)> WatchAsync(Process process, CancellationToken cancellationToken)
    {
        var (cpu, peak) = (0.0, 0L);
        while (!process.HasExited)
        {
            try
            {
                process.Refresh();
                (cpu, peak) = (process.TotalProcessorTime.TotalSeconds, Math.Max(peak, process.PeakWorkingSet64));
            }
            catch (Exception e) when (e is InvalidOperationException or Win32Exception)
            {
                // It ended between the two looks: what was seen last stands.
                break;
            }
            await Task.Delay(LookEvery, cancellationToken);
        }
        return (cpu, peak / 1048576.0);
    }

    private static (double Cpu, double Peak) Read(string report)
    {
        var parts = File.ReadLines(report).Last().Split(' ').Select(p => double.Parse(p, CultureInfo.InvariantCulture)).ToArray();
        return (parts[0] + parts[1], parts[2] / 1024);
    }

    // Others know no --output or no %M; GNU's says the kilobytes that 'true' took.
    private static bool HasGnuTime() =>
        File.Exists(GnuTime) && long.TryParse(Programs.Ask(GnuTime, "--format", "%M", "--output", "/dev/stdout", "true"), out _);

    private static Process Start(ProcessStartInfo info)
    {
        try
        {
            return Process.Start(info)!;
        }
        catch (Win32Exception e)
        {
            throw new RaceException($"{info.FileName} cannot be started: {e.Message}");
        }
    }

    private static string LastWords(string output) =>
        string.Join(" | ", output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).TakeLast(3));
}
