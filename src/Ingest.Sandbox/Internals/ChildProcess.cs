using System.ComponentModel;
using System.Diagnostics;

namespace Ingest.Sandbox.Internals;

/// <summary>What a finished program left behind.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">What it wrote to stdout and stderr.</param>
internal sealed record Finished(int ExitCode, string Output);

/// <summary>Runs PostgreSQL's own programs to their end.</summary>
internal static class ChildProcess
{
    /// <summary>Runs a program and collects what it says.</summary>
    /// <param name="program">The program's path or name.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="user">The user to run it as, or null for the current one.</param>
    /// <param name="folder">Its working folder: one that <paramref name="user"/> may enter.</param>
    /// <param name="collect">False for a program whose children outlive it and might keep its pipes open.</param>
    /// <param name="cancellation">Kills the program.</param>
    internal static async Task<Finished> RunAsync(string program, IEnumerable<string> arguments, string? user,
        string folder, bool collect, CancellationToken cancellation)
    {
        using var process = Start(Describe(program, arguments, user, folder, collect, readsInput: false));
        try
        {
            if (!collect)
            {
                await process.WaitForExitAsync(cancellation);
                return new Finished(process.ExitCode, "");
            }

            var output = process.StandardOutput.ReadToEndAsync(cancellation);
            var errors = process.StandardError.ReadToEndAsync(cancellation);
            await process.WaitForExitAsync(cancellation);
            return new Finished(process.ExitCode, await output + await errors);
        }
        catch (OperationCanceledException)
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
            throw;
        }
    }

    /// <summary>What a program that answers at once says on stdout, trimmed; null when it fails.</summary>
    internal static string? Ask(string program, params string[] arguments)
    {
        using var process = Start(Describe(program, arguments, user: null, Path.GetTempPath(), collect: true, readsInput: false));
        var answer = process.StandardOutput.ReadToEnd().Trim();
        process.WaitForExit();
        return process.ExitCode == 0 ? answer : null;
    }

    /// <summary>Starts a program that reads its standard input until this process ends.</summary>
    internal static Process StartReader(string program, IEnumerable<string> arguments, string? user, string folder) =>
        Start(Describe(program, arguments, user, folder, collect: false, readsInput: true));

    private static ProcessStartInfo Describe(string program, IEnumerable<string> arguments, string? user, string folder,
        bool collect, bool readsInput)
    {
        var info = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            CreateNoWindow = true,
            RedirectStandardInput = readsInput,
            RedirectStandardOutput = collect,
            RedirectStandardError = collect,
        };
        // On Unix the runtime sets the ids and groups between fork and exec, so neither runuser nor setpriv is needed.
        if (user is not null) info.UserName = user;

        // PGDATA, PGOPTIONS and their like belong to the operator's server, not to this one.
        foreach (var name in info.Environment.Keys.Where(n => n.StartsWith("PG", StringComparison.OrdinalIgnoreCase)).ToArray())
            info.Environment.Remove(name);
        info.Environment["LC_ALL"] = "C";
        return info;
    }

    private static Process Start(ProcessStartInfo info)
    {
        try
        {
            return Process.Start(info)!;
        }
        catch (Win32Exception e)
        {
            throw SandboxErrors.ToolMissing(info.FileName, e);
        }
    }
}
