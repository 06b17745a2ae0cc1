using System.Runtime.InteropServices;

namespace Ingest.Benchmarks.Race;

/// <summary>The machine's free memory.</summary>
internal static class FreeMemory
{
    /// <summary>More than the rows, their log and the staged rows of a contender take.</summary>
    private const long Most = 3L << 30;

    private const int PageSize = 4096;

    /// <summary>
    /// Touches free memory once and lets it go. The host of a virtual machine takes idle memory back and hands it out
    /// again as it is touched: 10 µs were measured for a page of it, 2 µs for one that is there. Without this, a contender
    /// pays for how long the machine was idle before its turn.
    /// </summary>
    public static void Touch()
    {
        var size = (nint)Math.Min(Most, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4);
        var memory = Marshal.AllocHGlobal(size);
        for (nint at = 0; at < size; at += PageSize) Marshal.WriteByte(memory + at, 1);
        Marshal.FreeHGlobal(memory);
    }
}
