using System.Diagnostics;
using Ingest.Plan;
using Ingest.Postgres;
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
    /// <exception cref="SourceException">A file cannot be opened; nothing was loaded.</exception>
    /// <exception cref="UnreachableException">The database could not be reached at all.</exception>
    /// <exception cref="TargetException">Another session was in the way for too long; nothing was loaded.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled before it had begun.</exception>
    public async Task<LoadResult> RunAsync(LoadJob job, LoadProgress progress, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        LoadJobRules.Check(job);
        // Before anything is connected to: a name that is wrong is told at once, also when no server answers.
        var files = FileGlob.Expand(job.Files, job.StandardInput);
        var policy = new ConnectionPolicy(job.MaxRetries, job.ReconnectWindow, job.CommandTimeout);
        await using var connections = new Connections(connection, policy, log);
        var settings = new SessionSettings(job.Durable, job.LockTimeout);
        try
        {
            if (job.DryRun) return await new DryRun(job, files, connections, progress).RunAsync(clock, cancellationToken);
            await using var run = new LoadRun(job, files, connections, settings, progress, log);
            return await run.RunAsync(clock, cancellationToken);
        }
        catch (PostgresException e) when (!SqlState.IsTransient(e))
        {
            // The server refused what a run does before its first file.
            throw PlanErrors.Refused(e);
        }
        catch (NpgsqlException e)
        {
            throw ConnectionErrors.Failed(connections.Server, e);
        }
    }
}
