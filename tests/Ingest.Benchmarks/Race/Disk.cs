using System.Diagnostics;

namespace Ingest.Benchmarks.Race;

/// <summary>The disk under the race.</summary>
internal static class Disk
{
    /// <summary>
    /// Waits until everything is on it. What is made for a contender, gigabytes of it, would otherwise be written back
    /// while the next one's log is flushed.
    /// </summary>
    public static void Settle()
    {
        if (OperatingSystem.IsWindows()) return;
        using var sync = Process.Start("sync");
        sync.WaitForExit();
    }
}
