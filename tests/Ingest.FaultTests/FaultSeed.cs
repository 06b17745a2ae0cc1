using System.Globalization;

namespace Ingest.FaultTests;

/// <summary>
/// The seed of the choices that the tests make. It is fixed, so that a failure speaks of the change that was tested, not
/// of the dice: exploring is the soak's part. <c>INGEST_FAULT_SEED</c> names another one.
/// </summary>
internal static class FaultSeed
{
    /// <summary>The seed of this run of the tests.</summary>
    public static int Value { get; } = Environment.GetEnvironmentVariable("INGEST_FAULT_SEED") is { Length: > 0 } seed
        ? int.Parse(seed, CultureInfo.InvariantCulture)
        : 20_251;
}
