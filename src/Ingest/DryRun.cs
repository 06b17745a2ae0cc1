using System.Diagnostics;
using Ingest.Formats;
using Ingest.Lanes;
using Ingest.Manifest;
using Ingest.Plan;
using Ingest.Postgres;
using Ingest.Sources;
using Ingest.Telemetry;
using Npgsql;

namespace Ingest;

/// <summary>A run that stops after decode and convert: it says what would be loaded and what rejected, and writes nothing.</summary>
internal sealed class DryRun(LoadJob job, IReadOnlyList<SourceFile> files, Connections connections, LoadProgress progress)
{
    /// <summary>The rejects of a file that the summary shows.</summary>
    private const int Shown = 20;

    private const string Unchecked = "a dry run converts the values; what keys, constraints and triggers of the table refuse, and values that the server converts, a load finds";

    /// <summary>Plans and decodes every file.</summary>
    public async Task<LoadResult> RunAsync(Stopwatch clock, CancellationToken cancellationToken)
    {
        var (plan, known) = await PlanAsync(cancellationToken);
        using var planned = plan;
        var notes = new List<string>(plan.Notes) { Unchecked };
        var results = new List<FileResult>();
        for (var i = 0; i < plan.Files.Count; i++) results.Add(await TryAsync(plan.Files[i], known[i], plan, notes, cancellationToken));
        var failure = results.Select(r => r.Error).FirstOrDefault(e => e is not null) ?? LimitPassed(results);
        return new()
        {
            RunId = Guid.Empty,
            Files = results,
            Elapsed = clock.Elapsed,
            Plan = notes,
            Error = failure,
            ExitCode = failure?.ExitCode ?? (results.Any(r => r.Counts.Rejected > 0) ? ExitCode.LoadedWithRejects : ExitCode.Success),
        };
    }

    /// <summary>What becomes of a file: what an earlier load has to do with it comes first, as in a load.</summary>
    private async Task<FileResult> TryAsync(PlannedFile file, ManifestEntry? known, RunPlan plan, List<string> notes, CancellationToken cancellationToken)
    {
        var decision = await ResumeDecision.MakeAsync(job, plan.Target, file, known, cancellationToken);
        if (decision.Failure is { } failure) return Result(file.Plan, plan, FileStatus.Failed) with { Error = failure };
        if (decision.IsDone) return Result(file.Plan, plan, FileStatus.AlreadyLoaded);
        if (decision.Continue) notes.Add($"{file.Plan.Name}: of its records, run {known!.RunId} has committed {known.RowsCommitted}; a load goes on with the others, and all are counted here");
        return await DecodeAsync(file.Plan, plan, cancellationToken);
    }

    private RejectLimitException? LimitPassed(List<FileResult> results)
    {
        var (rejected, read) = (results.Sum(r => r.Counts.Rejected), results.Sum(r => r.Counts.Read));
        return job.MaxRejects.Allows(rejected, read) ? null
            : new($"a load would end: rejects: {rejected}, more than --max-rejects {job.MaxRejects} allows; allow more, or correct the files");
    }

    private async Task<(RunPlan Plan, ManifestEntry?[] Known)> PlanAsync(CancellationToken cancellationToken)
    {
        var opening = FilePreviews.OpenAsync(files, job, cancellationToken);
        try
        {
            await using var connection = await connections.OpenFirstAsync(cancellationToken);
            await Pooler.RefuseSharedSessionsAsync(connection, connections, cancellationToken);
            // Rolled back in the end: a table that the run would create exists only as long as the plan needs it.
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            var plan = await new Planner(job, opening, connection, isLast: true).PlanAsync(cancellationToken);
            await transaction.RollbackAsync(cancellationToken);
            return (plan, await FindKnownAsync(connection, plan, cancellationToken));
        }
        catch
        {
            FilePreviews.Discard(opening);
            throw;
        }
    }

    /// <summary>What the manifest knows of the files, where there is one that this role may read. A replacement is decided as a whole.</summary>
    private async Task<ManifestEntry?[]> FindKnownAsync(NpgsqlConnection connection, RunPlan plan, CancellationToken cancellationToken)
    {
        var none = new ManifestEntry?[plan.Files.Count];
        if (job.Mode == LoadMode.Replace) return none;
        try
        {
            var sql = new ManifestSql(job.ManifestSchema);
            if (!await ManifestSchema.IsThereAsync(connection, sql, cancellationToken)) return none;
            var store = new ManifestStore(connection, sql, connections.Secrets, Guid.Empty);
            return await store.FindLatestAsync(plan.FileNames, plan.Target.FullName, cancellationToken);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            return none;
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
        return Result(file, plan, state.Status) with
        {
            Counts = new LoadCounts { Read = read, Rejected = rejected },
            Elapsed = clock.Elapsed,
            Bytes = file.Size ?? state.BytesRead,
            Error = error,
            Rejects = [.. samples.OrderBy(s => s.Record)],
        };
    }

    private static FileResult Result(FilePlan file, RunPlan plan, FileStatus status) => new()
    {
        File = file.Name,
        Table = plan.Target.FullName,
        Status = status,
        Counts = default,
        Elapsed = default,
    };

    private static RejectSample Sample(Segment segment, RejectedRecord reject)
    {
        var raw = segment.Block.Raw(reject.RawStart, reject.RawLength);
        return new(segment.Block.Start.Record + reject.Ordinal + 1, raw.Line, reject.Column, reject.Code, reject.Message);
    }
}
