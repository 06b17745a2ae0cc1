using Ingest.Plan;
using Ingest.Telemetry;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Ingest;

/// <summary>Runs a <see cref="LoadJob"/>: the library's one entry point for loading.</summary>
/// <param name="connection">The server and the role; a password in it is never shown.</param>
/// <param name="log">Structured events: one per batch, file and retry.</param>
public sealed class Loader(NpgsqlConnectionStringBuilder connection, ILogger log)
{
    /// <summary>Loads every file of the job.</summary>
    /// <param name="job">What to load.</param>
    /// <param name="progress">Is filled as the load goes on.</param>
    /// <param name="cancellationToken">Ends the run in an orderly way: batches roll back, the manifest says <c>interrupted</c>.</param>
    /// <returns>How each file ended; a file's failure is in its result, not thrown.</returns>
    /// <exception cref="PlanException">The job cannot work; nothing was loaded.</exception>
    /// <exception cref="UnreachableException">The database could not be reached at all.</exception>
    public Task<LoadResult> RunAsync(LoadJob job, LoadProgress progress, CancellationToken cancellationToken)
    {
        log.LogDebug("loading into {Table} on {Host}", job.Table, connection.Host);
        throw new TargetException("unfinished", "the loader is being built");
    }
}
