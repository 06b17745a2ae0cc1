using System.Globalization;

namespace Ingest.Benchmarks.Race;

/// <summary>
/// Huge pages that Linux holds ready for the server's shared memory, as on a server that is set up by PostgreSQL's
/// documentation (section "Linux Huge Pages"): with small ones each session maps every buffer anew, 4 KB at a time. Only
/// root may ask for them; what was there before comes back on disposal.
/// </summary>
internal sealed class HugePages : IDisposable
{
    /// <summary>The preset's shared_buffers of 1 GB and what the server keeps besides.</summary>
    private const long Kilobytes = 1152 << 10;

    private const string Count = "/proc/sys/vm/nr_hugepages";

    private readonly long before;

    private HugePages(long before) => this.before = before;

    /// <summary>Reserves them; null where there are none to be had: another system, not root, or too little free memory.</summary>
    public static HugePages? Reserve()
    {
        if (!OperatingSystem.IsLinux() || !File.Exists(Count)) return null;
        try
        {
            var needed = (Kilobytes + Memory("Hugepagesize") - 1) / Memory("Hugepagesize");
            if (Memory("MemAvailable") < 3 * Kilobytes) return null;
            var pages = new HugePages(Read());
            Write(pages.before + needed);
            if (Memory("HugePages_Free") - Memory("HugePages_Rsvd") >= needed) return pages;

            // Memory in too many pieces: the kernel gives as many as it finds, and raises no error.
            pages.Dispose();
            return null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public void Dispose() => Write(before);

    private static long Read() => long.Parse(File.ReadAllText(Count), CultureInfo.InvariantCulture);

    private static void Write(long count) => File.WriteAllText(Count, count.ToString(CultureInfo.InvariantCulture));

    /// <summary>A line of /proc/meminfo: kB, or pages for those of HugePages.</summary>
    private static long Memory(string name) =>
        File.ReadLines("/proc/meminfo").Where(l => l.StartsWith(name + ":", StringComparison.Ordinal))
            .Select(l => long.Parse(l[(name.Length + 1)..].Replace("kB", ""), CultureInfo.InvariantCulture))
            .FirstOrDefault();
}
