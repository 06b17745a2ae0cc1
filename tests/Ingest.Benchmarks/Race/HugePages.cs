using System.Globalization;

namespace Ingest.Benchmarks.Race;

/// <summary>
/// Huge pages for the server's shared memory, as on a server that is set up by PostgreSQL's documentation (section "Linux Huge
/// Pages"): with small ones each session maps every buffer anew, 4 KB at a time. tests/bench.sh asks Linux for them.
/// </summary>
internal static class HugePages
{
    /// <summary>The preset's shared_buffers of 1 GB and what the server keeps besides; what tests/bench.sh asks for.</summary>
    private const long Kilobytes = 1152 << 10;

    /// <summary>Whether Linux holds as many ready as the server needs.</summary>
    public static bool AreReady() =>
        OperatingSystem.IsLinux() && (Memory("HugePages_Free") - Memory("HugePages_Rsvd")) * Memory("Hugepagesize") >= Kilobytes;

    /// <summary>A line of /proc/meminfo: kB, or pages for those of HugePages; 0 where there is none.</summary>
    private static long Memory(string name) =>
        File.ReadLines("/proc/meminfo").Where(l => l.StartsWith(name + ":", StringComparison.Ordinal))
            .Select(l => long.Parse(l[(name.Length + 1)..].Replace("kB", ""), CultureInfo.InvariantCulture))
            .FirstOrDefault();
}
