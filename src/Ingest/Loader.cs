using System.Diagnostics;
using System.Security.Cryptography;
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
    /// <summary>
    /// Begins to load the driver and the checksum's library, on another thread. A program that is about to load can do so
    /// before it reads its options: a twentieth of a start (`tests/bench.sh --workload start`).
    /// </summary>
    public static void WarmUp() => ThreadPool.UnsafeQueueUserWorkItem(static _ => WarmUpNow(), null);

    /// <summary>Loads every file of the job.</summary>
    /// <param name="job">What to load.</param>
    /// <param name="progress">Is filled as the load goes on.</param>
    /// <param name="cancellationToken">Ends the run in an orderly way: batches roll back, the manifest says <c>interrupted</c>.</param>
    /// <returns>How each file ended; a file's failure is in its result, not thrown.</returns>
    /// <exception cref="PlanException">The job cannot work; nothing was loaded.</exception>
    /// <exception cref="SourceException">A file cannot be opened; nothing was loaded.</exception>
    /// <exception cref="UnreachableException">The database could not be reached at all.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled before it had begun.</exception>
    public async Task<LoadResult> RunAsync(LoadJob job, LoadProgress progress, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        LoadJobRules.Check(job);
        // Before anything is connected to: a name that is wrong is told at once, also when no server answers.
        var files = FileGlob.Expand(job.Files);
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
            throw ConnectionErrors.Unreachable(connections.Server, e);
        }
    }

    private static void WarmUpNow()
    {
        // Without it the process would end here, instead of with a message.
        if (!OpenSsl.IsThere()) return;
        try
        {
            using (var source = Connections.Source(new() { Host = "localhost" })) source.CreateConnection().Dispose();
            SHA256.HashData([]);
        }
        catch (Exception)
        {
            // Whatever is missing here is missed again by who needs it, and told by them.
        }
    }
}
