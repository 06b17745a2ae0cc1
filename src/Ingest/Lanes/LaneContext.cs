using Ingest.Postgres;
using Microsoft.Extensions.Logging;

namespace Ingest.Lanes;

/// <summary>What the lanes of a run share.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Connections">Opens their connections.</param>
/// <param name="Settings">What their sessions are set to.</param>
/// <param name="Manifest">The statements of the manifest.</param>
/// <param name="ManifestSchema">The manifest's schema.</param>
/// <param name="Rejects">Counts the run's rejects.</param>
/// <param name="Limits">When a batch is full.</param>
/// <param name="ReadsAgain">Whether the run reads again what a lane has let go: then batches may be longer than what is kept of them.</param>
/// <param name="MaxRetries">How often a batch is tried again.</param>
/// <param name="WalWriter">Is told what goes straight into the target; null where that makes no WAL of this server's.</param>
/// <param name="Log">One event per batch and retry.</param>
internal sealed record LaneContext(
    Guid RunId,
    Connections Connections,
    SessionSettings Settings,
    ManifestSql Manifest,
    string ManifestSchema,
    RejectBudget Rejects,
    BatchLimits Limits,
    bool ReadsAgain,
    int MaxRetries,
    WalWriterWaker? WalWriter,
    ILogger Log);
