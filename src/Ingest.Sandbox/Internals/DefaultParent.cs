namespace Ingest.Sandbox.Internals;

/// <summary>Where clusters lie for which no folder was said.</summary>
internal static class DefaultParent
{
    private const string Memory = "/dev/shm";

    // Containers often have 64 MB there; a test's cluster needs its log (2 GB) and some databases.
    private const long LeastFree = 4L << 30;

    /// <summary>
    /// Linux's shared memory for a test's cluster: each database is a thousand small files, which a disk's file system makes and
    /// deletes at several times the cost. A durable one belongs on the disk.
    /// </summary>
    internal static string Of(SandboxPreset preset) =>
        preset == SandboxPreset.Test && OperatingSystem.IsLinux() && HasRoom() ? Memory : Path.GetTempPath();

    private static bool HasRoom()
    {
        try
        {
            if (!Directory.Exists(Memory) || new DriveInfo(Memory).AvailableFreeSpace < LeastFree) return false;
            using var probe = new FileStream(Path.Combine(Memory, Guid.NewGuid().ToString("N")),
                FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
