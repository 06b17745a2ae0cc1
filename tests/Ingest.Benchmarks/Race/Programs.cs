using System.ComponentModel;
using System.Diagnostics;

namespace Ingest.Benchmarks.Race;

/// <summary>Looks for programs on this machine.</summary>
internal static class Programs
{
    // Where the system's own programs are, even if PATH leads to others of the same name first.
    private static readonly string[] SystemFolders = ["/usr/local/bin", "/usr/bin"];

    /// <summary>Every program of some names, in the order of PATH.</summary>
    public static IEnumerable<string> FindAll(params string[] names) =>
        from folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).Concat(SystemFolders).Distinct()
        from name in names
        let path = Path.Combine(folder, OperatingSystem.IsWindows() ? name + ".exe" : name)
        where File.Exists(path)
        select path;

    /// <summary>The first line that a program says on standard output; null when it fails.</summary>
    public static string? Ask(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var errors = process.StandardError.ReadToEndAsync();
            var answer = process.StandardOutput.ReadToEnd().Trim();
            process.WaitForExit();
            errors.Wait();
            return process.ExitCode == 0 ? answer.Split('\n')[0] : null;
        }
        catch (Win32Exception)
        {
            return null;
        }
    }
}
