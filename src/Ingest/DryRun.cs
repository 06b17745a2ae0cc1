using System.Diagnostics;
using Ingest.Formats;
using Ingest.Lanes;
using Ingest.Manifest;
using Ingest.Plan;
using Ingest.Postgres;
using Ingest.Sources;
using Ingest.Telemetry;

namespace Ingest;

/// <summary>A run that stops after decode and convert: it says what would be loaded and what rejected, and writes nothing.</summary>
internal sealed class DryRun(LoadJob job, IReadOnlyList<SourceFile> files, Connections connections, LoadProgress progress)
{
    /// <summary>The rejects of a file that the summary shows.</summary>
    private const int Shown = 20;

    /// <summary>Plans and decodes every file.</summary>
    public async Task<LoadResult> RunAsync(Stopwatch clock, CancellationToken cancellationToken)
    {
        using var plan = await PlanAsync(cancellationToken);
        var results = new List<FileResult>();
        foreach (var file in plan.Files) results.Add(await DecodeAsync(file.Plan, plan, cancellationToken));
        var failure = results.Select(r => r.Error).FirstOrDefault(e => e is not null);
        return new()
        {
            RunId = Guid.Empty,
            Files = results,
            Elapsed = clock.Elapsed,
            Plan = plan.Notes,
            Error = failure,
            ExitCode = failure?.ExitCode ?? (results.Any(r => r.Counts.Rejected > 0) ? ExitCode.LoadedWithRejects : ExitCode.Success),
        };
    }

    private async Task<RunPlan> PlanAsync(CancellationToken cancellationToken)
    {
        var opening = FilePreviews.OpenAsync(files, job, cancellationToken);
        try
        {
            await using var connection = await connections.OpenFirstAsync(cancellationToken);
            await Pooler.RefuseSharedSessionsAsync(connection, connections, cancellationToken);
            // Rolled back in the end: a table that the run would create exists only as long as the plan needs it.
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            var plan = await new Planner(job, opening, connection).PlanAsync(cancellationToken);
            await transaction.RollbackAsync(cancellationToken);
            return plan;
        }
        catch
        {
            FilePreviews.Discard(opening);
            throw;
        }
    }

    private async Task<FileResult> DecodeAsync(FilePlan file, RunPlan plan, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        var state = progress.Add(file.Name, file.Size);
        state.StartedAt = Stopwatch.GetTimestamp();
        state.Status = FileStatus.Running;
        var rejected = 0L;
        var read = 0L;
        var samples = new List<RejectSample>();
        IngestException? error = null;
        try
        {
            await using var pipeline = new BlockPipeline(file.OpenReader(), () => file.CreateDecoder(plan.Lanes), job.Concurrency, plan.Lanes, state);
            var delivery = new BlockDelivery(default, segments =>
            {
                foreach (var segment in segments)
                {
                    rejected += segment.Rejects.Count;
                    read += segment.Count + segment.Rejects.Count;
                    foreach (var reject in segment.Rejects.Take(Shown - samples.Count)) samples.Add(Sample(segment, reject));
                    state.AddCommitted(segment.Count, segment.Rejects.Count);
                    segment.Dispose();
                }
                return ValueTask.CompletedTask;
            }, state);
            pipeline.Begin(default, [], cancellationToken);
            await pipeline.DeliverAsync(delivery, cancellationToken);
        }
        catch (SourceException e)
        {
            error = e;
        }
        state.Status = error is null ? FileStatus.Success : FileStatus.Failed;
        return new()
        {
            File = file.Name,
            Table = plan.Target.FullName,
            Status = state.Status,
            Counts = new LoadCounts { Read = read, Rejected = rejected },
            Elapsed = clock.Elapsed,
            Bytes = file.Size ?? state.BytesRead,
            Error = error,
            Rejects = [.. samples.OrderBy(s => s.Record)],
        };
    }

    private static RejectSample Sample(Segment segment, RejectedRecord reject)
    {
        var raw = segment.Block.Raw(reject.RawStart, reject.RawLength);
        return new(segment.Block.Start.Record + reject.Ordinal + 1, raw.Line, reject.Column, reject.Code, reject.Message);
    }
}
