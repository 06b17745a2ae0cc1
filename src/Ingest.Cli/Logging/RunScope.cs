using Ingest.Telemetry;
using Microsoft.Extensions.Logging;

namespace Ingest.Cli.Logging;

/// <summary>What the front end itself says of a run carries the run's id, as what the library says.</summary>
internal static class RunScope
{
    /// <summary>Gives what is logged the run's id until it is disposed; null while there is no run.</summary>
    public static IDisposable? BeginRun(this ILogger log, LoadProgress progress) =>
        progress.RunId is { } runId ? log.BeginScope(new Dictionary<string, object> { ["run_id"] = runId }) : null;
}
