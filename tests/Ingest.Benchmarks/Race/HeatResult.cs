using System.Text.Json.Serialization;

namespace Ingest.Benchmarks.Race;

/// <summary>How a contender did in a heat.</summary>
/// <param name="Workload">The workload's name.</param>
/// <param name="Work">The work's name.</param>
/// <param name="Contender">The contender's name.</param>
/// <param name="Rows">The rows of one run.</param>
/// <param name="Samples">One measurement for each round.</param>
/// <param name="Failure">Why it is out, or null.</param>
internal sealed record HeatResult(string Workload, string Work, string Contender, long Rows, IReadOnlyList<Measurement> Samples, string? Failure)
{
    /// <summary>The medians and the largest peak; null for a contender that is out.</summary>
    public Measurement? Summary { get; } = Failure is null ? Measurement.Summarize(Samples) : null;

    /// <summary>Client CPU for each row, in microseconds.</summary>
    public double? CpuMicrosecondsPerRow => Summary?.CpuSeconds / Rows * 1e6;

    /// <summary>Our own seconds divided by this contender's; null where there is nothing to compare.</summary>
    [JsonPropertyName("ingest_ratio")]
    public double? Ratio { get; init; }
}
