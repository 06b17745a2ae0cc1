namespace Ingest.Benchmarks.Data;

/// <summary>The words that texts are made of; one of them is not ASCII.</summary>
internal static class Words
{
    private static readonly byte[][] List =
    [
        "granite"u8.ToArray(), "harbour"u8.ToArray(), "lantern"u8.ToArray(), "meadow"u8.ToArray(), "northern"u8.ToArray(), "orchard"u8.ToArray(),
        "paper"u8.ToArray(), "quarry"u8.ToArray(), "river"u8.ToArray(), "stone"u8.ToArray(), "timber"u8.ToArray(), "über"u8.ToArray(),
        "valley"u8.ToArray(), "window"u8.ToArray(), "yellow"u8.ToArray(), "zinc"u8.ToArray(),
    ];

    /// <summary>The word that the lowest four bits choose.</summary>
    public static ReadOnlySpan<byte> Of(ulong bits) => List[bits & 15];
}
