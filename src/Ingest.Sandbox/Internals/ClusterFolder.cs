namespace Ingest.Sandbox.Internals;

/// <summary>
/// The folder of one cluster. Its owner holds an exclusive lock on a file in it, which the kernel drops however the
/// owner ends: a folder whose lock is free is stale. Process ids would be reused, locks are not.
/// </summary>
internal sealed class ClusterFolder : IDisposable
{
    private const string Prefix = "ingest-sandbox-";
    private const string LockName = "owner.lock";
    private const int DeleteAttempts = 50;
    private static readonly TimeSpan DeletePause = TimeSpan.FromMilliseconds(100);
    private static readonly string[] UnprivilegedUsers = ["postgres", "_postgres", "nobody"];

    private readonly FileStream _lock;

    private ClusterFolder(string root, FileStream ownerLock)
    {
        Root = root;
        _lock = ownerLock;
    }

    internal string Root { get; }

    internal string Data => Path.Combine(Root, "data");

    internal string Log => Path.Combine(Root, "server.log");

    internal string PasswordFile => Path.Combine(Root, "password");

    /// <summary>The user that the server runs as, or null for the current one.</summary>
    internal string? User { get; private set; }

    /// <summary>Makes and locks a new folder that only its owner may enter.</summary>
    internal static ClusterFolder Create(string parent)
    {
        var root = Path.Combine(parent, Prefix + Guid.NewGuid().ToString("N")[..12]);
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(root);
        else Directory.CreateDirectory(root, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return new ClusterFolder(root, TakeLock(root, FileMode.CreateNew));
    }

    /// <summary>Gives the folder and what is in it to an unprivileged user: PostgreSQL does not run as root.</summary>
    internal async Task GiveAwayAsync(CancellationToken cancellation)
    {
        if (OperatingSystem.IsWindows() || !Environment.IsPrivilegedProcess) return;
        var reason = "";
        foreach (var user in UnprivilegedUsers)
        {
            var chown = await ChildProcess.RunAsync("chown", ["-R", user, Root], null, "/", collect: true, cancellation);
            if (chown.ExitCode == 0)
            {
                User = user;
                return;
            }

            reason = chown.Output;
        }

        throw SandboxErrors.NoUnprivilegedUser(reason);
    }

    /// <summary>Stops and deletes what owners that died left behind.</summary>
    /// <param name="parent">The folder above the clusters' folders.</param>
    /// <param name="bin">PostgreSQL's programs.</param>
    /// <param name="youngest">Younger folders stay: their owner may not have locked them yet.</param>
    /// <param name="cancellation">Ends the sweep between two folders.</param>
    internal static async Task SweepAsync(string parent, string bin, TimeSpan youngest, CancellationToken cancellation)
    {
        foreach (var root in Directory.GetDirectories(parent, Prefix + "*"))
        {
            ClusterFolder stale;
            try
            {
                if (DateTime.UtcNow - Directory.GetCreationTimeUtc(root) < youngest) continue;
                stale = new ClusterFolder(root, TakeLock(root, FileMode.OpenOrCreate));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Somebody lives there, it is another user's, or another sweep was quicker.
                continue;
            }

            await stale.GiveAwayAsync(cancellation);
            if (Directory.Exists(stale.Data))
                await Cluster.StopAsync(bin, stale, StopMode.Immediate, cancellation);
            await stale.DeleteAsync();
        }
    }

    /// <summary>Frees the lock and deletes the folder; one that is gone already is no error.</summary>
    internal async Task DeleteAsync()
    {
        _lock.Dispose();
        for (var attempt = 1; Directory.Exists(Root); attempt++)
        {
            try
            {
                Directory.Delete(Root, recursive: true);
            }
            catch (DirectoryNotFoundException)
            {
                // The watchdog or a sweep deletes it too.
            }
            catch (Exception e) when (attempt < DeleteAttempts && e is IOException or UnauthorizedAccessException)
            {
                // The backends of a killed postmaster still write, or Windows still holds a file of an ended process.
                await Task.Delay(DeletePause);
            }
        }
    }

    public void Dispose() => _lock.Dispose();

    private static FileStream TakeLock(string root, FileMode mode) =>
        new(Path.Combine(root, LockName), mode, FileAccess.ReadWrite, FileShare.None);
}
