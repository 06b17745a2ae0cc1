using System.Diagnostics;
using Ingest.Testing;

namespace Ingest.Cli.Tests;

/// <summary>Runs the program as a child process, with an environment of its own.</summary>
internal static class IngestProcess
{
    public static Process Start(string[] arguments, params (string Name, string Value)[] environment)
    {
        var process = Process.Start(Describe(arguments, environment))!;
        process.StandardInput.Close();
        return process;
    }

    /// <summary>How the program is started: its streams are pipes, and no setting of the surroundings reaches it.</summary>
    public static ProcessStartInfo Describe(string[] arguments, params (string Name, string Value)[] environment)
    {
        string[] command = [.. IngestProgram.Command, .. arguments];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("PG", StringComparison.Ordinal) || name == "INGEST_DSN").ToList())
            start.Environment.Remove(name);
        foreach (var (name, value) in environment) start.Environment[name] = value;
        return start;
    }

    public static async Task<(int ExitCode, string Out, string Error)> RunAsync(string[] arguments, params (string Name, string Value)[] environment)
    {
        using var process = Start(arguments, environment);
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await error);
    }
}
