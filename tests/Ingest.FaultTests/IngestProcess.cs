using System.Diagnostics;
using System.Runtime.InteropServices;
using Ingest.Testing;

namespace Ingest.FaultTests;

/// <summary>The real program as a child process, so that it can be killed.</summary>
internal sealed partial class IngestProcess : IDisposable
{
    private readonly Process process;
    private readonly Task<string> output;
    private readonly Task<string> errors;

    private IngestProcess(Process process)
    {
        this.process = process;
        output = process.StandardOutput.ReadToEndAsync();
        errors = process.StandardError.ReadToEndAsync();
    }

    /// <summary>Whether it still runs.</summary>
    public bool IsRunning => !process.HasExited;

    /// <summary>Its standard input.</summary>
    public Stream Input => process.StandardInput.BaseStream;

    /// <summary>Starts <c>ingest load</c>; the password goes through the environment.</summary>
    public static IngestProcess Load(string dsn, params string[] arguments)
    {
        var uri = new UriBuilder(dsn);
        var password = Uri.UnescapeDataString(uri.Password);
        uri.Password = "";
        var info = new ProcessStartInfo("dotnet", [ProgramPath, "load", "--dsn", uri.Uri.OriginalString, "--output", "json", .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        info.Environment["PGPASSWORD"] = password;
        return new IngestProcess(Process.Start(info)!);
    }

    /// <summary>Ends it as kill -9 does.</summary>
    public void Kill()
    {
        process.Kill();
        process.WaitForExit();
    }

    /// <summary>Sends SIGINT (2) or SIGTERM (15).</summary>
    public void Signal(int signal) => Assert.Equal(0, SendSignal(process.Id, signal));

    /// <summary>Waits for its end, two minutes at most.</summary>
    public async Task<(int ExitCode, string Output, string Errors)> EndAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        process.StandardInput.Close();
        await process.WaitForExitAsync(patience.Token);
        return (process.ExitCode, await output, await errors);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!process.HasExited) Kill();
        process.Dispose();
    }

    /// <summary>In the output folder of its own project, of the configuration that the tests were built in.</summary>
    private static string ProgramPath
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
            return Repository.PathOf("src", "Ingest.Cli", "bin", folder.Parent!.Name, folder.Name, "ingest.dll");
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int process, int signal);
}
