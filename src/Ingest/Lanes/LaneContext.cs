using Ingest.Manifest;
using Ingest.Postgres;
using Microsoft.Extensions.Logging;

namespace Ingest.Lanes;

/// <summary>What the lanes of a run share.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Connections">Opens their connections.</param>
/// <param name="Settings">What their sessions are set to.</param>
/// <param name="Ledger">Writes their part of the manifest.</param>
/// <param name="ManifestSchema">The manifest's schema.</param>
/// <param name="Rejects">Counts the run's rejects.</param>
/// <param name="Limits">When a batch is full.</param>
/// <param name="MaxRetries">How often a batch is tried again.</param>
/// <param name="Log">One event per batch and retry.</param>
internal sealed record LaneContext(
    Guid RunId,
    Connections Connections,
    SessionSettings Settings,
    BatchLedger Ledger,
    string ManifestSchema,
    RejectBudget Rejects,
    BatchLimits Limits,
    int MaxRetries,
    ILogger Log);
