using System.Diagnostics;

namespace Ingest.FaultTests;

/// <summary>A small file system in memory that can be filled up. Needs root on Linux.</summary>
internal sealed class SmallDisk : IDisposable
{
    private const string Prefix = "ingest-disk-";

    private SmallDisk(string folder) => Folder = folder;

    /// <summary>Where it is mounted.</summary>
    public string Folder { get; }

    private string Filler => Path.Combine(Folder, "filler");

    /// <summary>Mounts one that belongs to the server's user; null where that is not allowed.</summary>
    public static SmallDisk? TryMount(int megabytes, string owner)
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess) return null;
        Sweep();
        var folder = Directory.CreateTempSubdirectory($"{Prefix}{Environment.ProcessId}-").FullName;
        if (Run("mount", "-t", "tmpfs", "-o", $"size={megabytes}m,mode=700,uid={owner}", "tmpfs", folder)) return new(folder);
        Directory.Delete(folder);
        return null;
    }

    /// <summary>Leaves not a byte free.</summary>
    public void Fill()
    {
        var block = new byte[64 << 10];
        using var filler = new FileStream(Filler, FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
        while (block.Length > 0)
        {
            try
            {
                filler.Write(block);
            }
            catch (IOException)
            {
                block = new byte[block.Length / 2];
            }
        }
    }

    /// <summary>Frees what <see cref="Fill"/> took.</summary>
    public void Free() => File.Delete(Filler);

    /// <inheritdoc/>
    public void Dispose() => Unmount(Folder);

    /// <summary>Unmounts what processes that were killed have left behind.</summary>
    private static void Sweep()
    {
        foreach (var folder in Directory.GetDirectories(Path.GetTempPath(), Prefix + "*"))
        {
            var owner = Path.GetFileName(folder)[Prefix.Length..].Split('-')[0];
            if (!Directory.Exists("/proc/" + owner)) Unmount(folder);
        }
    }

    private static void Unmount(string folder)
    {
        // Lazily: a server that is still going down may hold files there.
        Run("umount", "-l", folder);
        if (Directory.Exists(folder)) Directory.Delete(folder);
    }

    private static bool Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
