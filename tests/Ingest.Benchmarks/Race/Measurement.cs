namespace Ingest.Benchmarks.Race;

/// <summary>What one run of a contender took.</summary>
/// <param name="Seconds">From the start of its first process to the end of its last.</param>
/// <param name="CpuSeconds">User and system time of its processes; the server's is not among it.</param>
/// <param name="PeakMegabytes">Peak resident memory (2²⁰ bytes), added up over its processes.</param>
internal sealed record Measurement(double Seconds, double CpuSeconds, double PeakMegabytes)
{
    /// <summary>The median seconds and CPU seconds, and the largest peak.</summary>
    public static Measurement Summarize(IReadOnlyCollection<Measurement> samples) =>
        new(Median(samples.Select(s => s.Seconds)), Median(samples.Select(s => s.CpuSeconds)), samples.Max(s => s.PeakMegabytes));

    /// <summary>The middle value, or the mean of the two in the middle.</summary>
    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
