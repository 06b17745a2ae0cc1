using System.Globalization;

namespace Ingest.Benchmarks.Race;

/// <summary>
/// Huge pages that Linux holds ready for the server's shared memory, as on a server that is set up by PostgreSQL's
/// documentation (section "Linux Huge Pages"): with small ones each session maps every buffer anew, 4 KB at a time. Only
/// root may ask for them; what was asked for is given back on disposal, and what the system held ready before stays.
/// </summary>
internal sealed class HugePages : IDisposable
{
    /// <summary>The preset's shared_buffers of 1 GB and what the server keeps besides.</summary>
    private const long Kilobytes = 1152 << 10;

    private const string Count = "/proc/sys/vm/nr_hugepages";

    private readonly long added;

    private HugePages(long added) => this.added = added;

    /// <summary>Reserves them; null where there are none to be had: another system, not root, or too little free memory.</summary>
    public static HugePages? Reserve()
    {
        if (!OperatingSystem.IsLinux() || !File.Exists(Count)) return null;
        try
        {
            var needed = (Kilobytes + Memory("Hugepagesize") - 1) / Memory("Hugepagesize");
            if (Free() >= needed) return new(0);
            if (Memory("MemAvailable") < 3 * Kilobytes) return null;
            var before = Read();
            Write(before + needed);
            var pages = new HugePages(Read() - before);
            if (Free() >= needed) return pages;

            // Memory in too many pieces: the kernel gives as many as it finds, and raises no error.
            pages.Dispose();
            return null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public void Dispose()
    {
        if (added > 0) Write(Read() - added);
    }

    private static long Free() => Memory("HugePages_Free") - Memory("HugePages_Rsvd");

    private static long Read() => long.Parse(File.ReadAllText(Count), CultureInfo.InvariantCulture);

    private static void Write(long count) => File.WriteAllText(Count, count.ToString(CultureInfo.InvariantCulture));

    /// <summary>A line of /proc/meminfo: kB, or pages for those of HugePages.</summary>
    private static long Memory(string name) =>
        File.ReadLines("/proc/meminfo").Where(l => l.StartsWith(name + ":", StringComparison.Ordinal))
            .Select(l => long.Parse(l[(name.Length + 1)..].Replace("kB", ""), CultureInfo.InvariantCulture))
            .FirstOrDefault();
}
