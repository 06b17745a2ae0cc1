namespace Ingest.Sandbox;

/// <summary>How the private cluster is configured before <see cref="SandboxOptions.Settings"/> are applied.</summary>
public enum SandboxPreset
{
    /// <summary>
    /// Quick to start and to write to: nothing is synced to disk. A killed server process loses no commit, since the
    /// kernel keeps what was written; only a crash of the machine would.
    /// </summary>
    Test,

    /// <summary>Durable and sized like a small production server (4 GB of memory, SSD): for benchmarks.</summary>
    Server,
}
