using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Ingest.Testing;

namespace Ingest.FaultTests;

/// <summary>The real program as a child process, so that it can be killed.</summary>
internal sealed partial class IngestProcess : IDisposable
{
    /// <summary>The signals by their numbers on Linux.</summary>
    public const int Interrupt = 2, KillSignal = 9, Terminate = 15, Continue = 18, Stop = 19;

    private readonly Process process;
    private readonly string password;
    private readonly Task<string> output;
    private readonly Task<string> errors;
    private readonly Task<long> peak;

    private IngestProcess(Process process, string password)
    {
        this.process = process;
        this.password = password;
        output = process.StandardOutput.ReadToEndAsync();
        errors = process.StandardError.ReadToEndAsync();
        Ended = process.WaitForExitAsync();
        peak = WatchMemoryAsync();
    }

    /// <summary>Whether it still runs.</summary>
    public bool IsRunning => !process.HasExited;

    /// <summary>Completes when it has ended.</summary>
    public Task Ended { get; }

    /// <summary>Its standard input.</summary>
    public Stream Input => process.StandardInput.BaseStream;

    /// <summary>Starts <c>ingest load</c>; the password goes through the environment.</summary>
    public static IngestProcess Load(string dsn, params string[] arguments) => Load(dsn, "", arguments);

    /// <summary>Starts <c>ingest load</c> with standard output or error going elsewhere, or by way of another program.</summary>
    /// <param name="dsn">The database.</param>
    /// <param name="redirection">Such as <c>&gt;/dev/full</c>, or nothing.</param>
    /// <param name="arguments">Files and options.</param>
    /// <param name="by">A command that becomes the one that follows it, such as <c>env</c>; or nothing.</param>
    public static IngestProcess Load(string dsn, string redirection, string[] arguments, params string[] by)
    {
        var uri = new UriBuilder(dsn);
        var password = Uri.UnescapeDataString(uri.Password);
        uri.Password = "";
        string[] command = [.. by, .. IngestProgram.Command, "load", "--dsn", uri.Uri.OriginalString, "--output", "json", .. arguments];
        var info = redirection.Length == 0
            ? new ProcessStartInfo(command[0], command[1..])
            : new ProcessStartInfo("/bin/sh", ["-c", $"exec \"$@\" {redirection}", "sh", .. command]);
        (info.RedirectStandardInput, info.RedirectStandardOutput, info.RedirectStandardError) = (true, true, true);
        info.Environment["PGPASSWORD"] = password;
        return new IngestProcess(Process.Start(info)!, password);
    }

    /// <summary>Ends it as kill -9 does.</summary>
    public void Kill()
    {
        process.Kill();
        process.WaitForExit();
    }

    /// <summary>Sends a signal.</summary>
    public void Signal(int signal) => Assert.True(SendSignal(process.Id, signal) == 0 || !IsRunning);

    /// <summary>Sends a signal to any process; false when there is none.</summary>
    public static bool Signal(int process, int signal) => SendSignal(process, signal) == 0;

    /// <summary>Waits for its end, two minutes at most. Whatever it was, it must not have told the password.</summary>
    public async Task<(int ExitCode, string Output, string Errors)> EndAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        process.StandardInput.Close();
        await process.WaitForExitAsync(patience.Token);
        var end = (process.ExitCode, Output: await output, Errors: await errors);
        Assert.False(password.Length > 0 && (end.Output + end.Errors).Contains(password, StringComparison.Ordinal), "the password was printed");
        return end;
    }

    /// <summary>The most memory that it had (VmHWM), in bytes; 0 where the system does not tell.</summary>
    public Task<long> PeakMemoryAsync() => peak;

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!process.HasExited) Kill();
        process.Dispose();
    }

    /// <summary>The kernel keeps the high-water mark, so only what the last moments add is missed.</summary>
    private async Task<long> WatchMemoryAsync()
    {
        var status = $"/proc/{process.Id}/status";
        long most = 0;
        while (!Ended.IsCompleted && OperatingSystem.IsLinux())
        {
            try
            {
                var line = (await File.ReadAllLinesAsync(status)).FirstOrDefault(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
                if (line is not null) most = Math.Max(most, long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) << 10);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It ended meanwhile.
            }
            await Task.WhenAny(Ended, Task.Delay(50));
        }
        return most;
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int process, int signal);
}
