using System.Runtime.InteropServices;

namespace Ingest.Benchmarks.Race.Report;

/// <summary>The machine that client and server share.</summary>
/// <param name="System">The operating system.</param>
/// <param name="Processor">The processor's name, where the system tells it.</param>
/// <param name="Cores">The logical cores.</param>
/// <param name="MemoryGigabytes">Memory in 2³⁰ bytes.</param>
internal sealed record Machine(string System, string Processor, int Cores, double MemoryGigabytes)
{
    private const string ProcessorFile = "/proc/cpuinfo";

    /// <summary>This machine.</summary>
    public static Machine Current() => new(
        $"{RuntimeInformation.OSDescription}, {RuntimeInformation.OSArchitecture}", FindProcessor(), Environment.ProcessorCount,
        Math.Round(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (double)(1 << 30), 1));

    private static string FindProcessor() =>
        File.Exists(ProcessorFile)
        && File.ReadLines(ProcessorFile).FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal)) is { } line
            ? line[(line.IndexOf(':') + 1)..].Trim()
            : "an unnamed processor";
}
