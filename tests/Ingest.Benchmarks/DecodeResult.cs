namespace Ingest.Benchmarks;

/// <summary>MB/s (10⁶ bytes) of decode + convert + route with nothing behind the lanes.</summary>
/// <param name="OneCore">By one thread.</param>
/// <param name="OneCorePerCpuSecond">By one thread, for each second of CPU that it got.</param>
/// <param name="TwoCores">By two threads.</param>
/// <param name="TwoCoresPerCpuSecond">By two threads, for each second of CPU that either got.</param>
internal sealed record DecodeResult(double OneCore, double OneCorePerCpuSecond, double TwoCores, double TwoCoresPerCpuSecond)
{
    /// <summary>Measures both, one after the other.</summary>
    public static DecodeResult Measure()
    {
        var (one, two) = (DecodeRate.Measure(1), DecodeRate.Measure(2));
        return new(one.PerSecond, one.PerCpuSecond, two.PerSecond, two.PerCpuSecond);
    }

    /// <summary>The result in words.</summary>
    public string Describe() =>
        $"decode + convert + route of the narrow rows with nothing behind the lanes: {OneCore:F0} MB/s on one core, {TwoCores:F0} MB/s on two "
        + $"({TwoCores / OneCore:F2} ×); for each second of CPU {OneCorePerCpuSecond:F0} MB and {TwoCoresPerCpuSecond:F0} MB";
}
