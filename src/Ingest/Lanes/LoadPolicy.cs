using Ingest.Manifest;

namespace Ingest.Lanes;

/// <summary>How rows are applied.</summary>
/// <param name="Mode">The load mode.</param>
/// <param name="OnDuplicate">What happens when a key occurs again within the file.</param>
/// <param name="Direct">Whether rows may be copied straight into the target.</param>
/// <param name="StartsDirect">Whether a lane should try so at first: always when appending; when upserting, only into an empty table.</param>
/// <param name="HasKey">Whether rows have a key.</param>
/// <param name="KeyIsExact">Whether equal keys always have equal hashes, so that a batch without a repeated hash has no repeated key.</param>
/// <param name="HasDeferredConstraints">Whether constraints must be made immediate to fail at the row, not at the COMMIT.</param>
internal sealed record LoadPolicy(
    LoadMode Mode,
    OnDuplicate OnDuplicate,
    bool Direct,
    bool StartsDirect,
    bool HasKey,
    bool KeyIsExact,
    bool HasDeferredConstraints)
{
    /// <summary>What is known of the rejects that the records correct, where they are replayed.</summary>
    public Replay? Replay { get; init; }

    /// <summary>The mode as the manifest stores it.</summary>
    public string ModeName => Mode.ToString().ToLowerInvariant();
}
