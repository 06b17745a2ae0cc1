using System.Diagnostics;

namespace Ingest.Sandbox.Internals;

/// <summary>
/// A shell that waits for the end of its standard input, whose other end this process holds: the kernel closes it
/// however this process ends, kill -9 included, and the shell stops the server and deletes the folder.
/// Windows has no such shell; there the next start sweeps.
/// </summary>
internal sealed class Watchdog : IDisposable
{
    // A Ctrl-C at the terminal reaches the whole process group: the owner must be able to outlive it for its cleanup.
    private const string Script = """
        exec >/dev/null 2>&1
        trap '' INT TERM HUP QUIT
        while read -r _; do :; done
        [ -d "$2/data" ] || exit 0
        "$1" stop --pgdata "$2/data" --mode immediate --wait --timeout 10 --silent
        cd /
        rm -rf "$2"
        """;

    private readonly Process _shell;

    private Watchdog(Process shell) => _shell = shell;

    /// <summary>Starts watching; null where there is no shell to do it.</summary>
    internal static Watchdog? Start(string bin, ClusterFolder folder) =>
        OperatingSystem.IsWindows()
            ? null
            : new Watchdog(ChildProcess.StartReader("/bin/sh",
                ["-c", Script, "ingest-sandbox-watchdog", Path.Combine(bin, "pg_ctl"), folder.Root], folder.User, folder.Root));

    /// <summary>Ends the watch after the folder is gone.</summary>
    public void Dispose()
    {
        _shell.StandardInput.Dispose();
        _shell.WaitForExit(TimeSpan.FromSeconds(10));
        _shell.Dispose();
    }
}
