using Ingest.Manifest;

namespace Ingest.Lanes;

/// <summary>How an attempt ended that committed.</summary>
/// <param name="Marks">The lane's new watermark of each file.</param>
/// <param name="Counts">What became of the batch's records.</param>
/// <param name="WasDirect">Whether the rows were copied straight into the target.</param>
/// <param name="DirectFailed">Whether that was tried and refused.</param>
internal readonly record struct BatchOutcome(IReadOnlyList<Watermark> Marks, LoadCounts Counts, bool WasDirect, bool DirectFailed);
