using System.Globalization;

namespace Ingest.Sandbox.Internals;

/// <summary>How <c>pg_ctl stop</c> ends the server.</summary>
internal enum StopMode
{
    /// <summary>Sessions are ended, a checkpoint is written.</summary>
    Fast,

    /// <summary>No checkpoint: the next start recovers from the write-ahead log, as after a crash.</summary>
    Immediate,
}

/// <summary>Makes, starts and stops a cluster with PostgreSQL's own programs.</summary>
internal static class Cluster
{
    internal const string SuperUser = "postgres";

    /// <summary>
    /// Runs initdb and appends the configuration. A copied template cluster would save 0.3 s of 0.7 s, and would
    /// need a cache to keep valid and private: not worth it for one cluster per test run.
    /// </summary>
    internal static async Task InitializeAsync(string bin, ClusterFolder folder, string password,
        IEnumerable<KeyValuePair<string, string>> settings, CancellationToken cancellation)
    {
        await File.WriteAllTextAsync(folder.PasswordFile, password + "\n", cancellation);
        await folder.GiveAwayAsync(cancellation);
        var initdb = await ChildProcess.RunAsync(Path.Combine(bin, "initdb"),
        [
            "--pgdata", folder.Data, "--username", SuperUser, "--pwfile", folder.PasswordFile,
            "--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C", "--no-sync",
        ], folder.User, folder.Root, collect: true, cancellation);
        File.Delete(folder.PasswordFile);
        if (initdb.ExitCode != 0) throw SandboxErrors.StepFailed("initdb", initdb.ExitCode, initdb.Output);
        await File.AppendAllTextAsync(Path.Combine(folder.Data, "postgresql.conf"), Configuration.Render(settings), cancellation);
    }

    /// <summary>Starts the server and waits until it takes connections.</summary>
    internal static async Task StartAsync(string bin, ClusterFolder folder, int port, CancellationToken cancellation)
    {
        // The port is an argument, not a line of postgresql.conf, so that a port lost to another program can be
        // replaced. On Windows the server inherits pg_ctl's pipes, and reading them to their end would not end.
        var start = await ChildProcess.RunAsync(Path.Combine(bin, "pg_ctl"),
            ["start", "--pgdata", folder.Data, "--log", folder.Log, "--wait", "--timeout", "60", "--silent", "--options", $"-p {port}"],
            folder.User, folder.Root, collect: !OperatingSystem.IsWindows(), cancellation);
        if (start.ExitCode != 0)
            throw SandboxErrors.StepFailed("pg_ctl start", start.ExitCode, start.Output + LogTail(folder));
    }

    /// <summary>Stops the server and waits for its end; false when it was not running.</summary>
    internal static async Task<bool> StopAsync(string bin, ClusterFolder folder, StopMode mode, CancellationToken cancellation)
    {
        var stop = await ChildProcess.RunAsync(Path.Combine(bin, "pg_ctl"),
            ["stop", "--pgdata", folder.Data, "--mode", mode == StopMode.Fast ? "fast" : "immediate", "--wait", "--timeout", "60", "--silent"],
            folder.User, folder.Root, collect: true, cancellation);
        return stop.ExitCode == 0;
    }

    /// <summary>The postmaster's process id, or null when no server runs (the file's first line, see miscinit.c).</summary>
    internal static int? PostmasterPid(ClusterFolder folder)
    {
        var file = Path.Combine(folder.Data, "postmaster.pid");
        if (!File.Exists(file)) return null;
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(stream);
        return int.TryParse(reader.ReadLine(), CultureInfo.InvariantCulture, out var pid) ? pid : null;
    }

    /// <summary>The last lines of the server's log.</summary>
    internal static string LogTail(ClusterFolder folder)
    {
        if (!File.Exists(folder.Log)) return "";
        using var stream = new FileStream(folder.Log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(stream);
        return string.Join('\n', reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).TakeLast(5));
    }
}
