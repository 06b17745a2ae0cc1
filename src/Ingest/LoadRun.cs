using System.Diagnostics;
using Ingest.Lanes;
using Ingest.Manifest;
using Ingest.Plan;
using Ingest.Postgres;
using Ingest.Sources;
using Ingest.Telemetry;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Ingest;

/// <summary>
/// One run: plan, then every file in order through the same lanes. A file that fails ends the run, because a later file
/// must win over an earlier one also after a resume.
/// </summary>
internal sealed partial class LoadRun : IAsyncDisposable
{
    private readonly LoadJob job;
    private readonly IReadOnlyList<SourceFile> sources;
    private readonly Connections connections;
    private readonly SessionSettings settings;
    private readonly LoadProgress progress;
    private readonly ILogger log;
    private readonly Guid runId = Guid.CreateVersion7();
    private readonly ManifestSql sql;
    private readonly RejectBudget budget;
    private readonly List<FileRun> files = [];
    private LaneSet? lanes;
    private bool lanesAreBegun;

    /// <summary>Whether this run goes on with an interrupted one, which has not told of its rejects.</summary>
    private bool goesOn;

    /// <summary>A run that has not begun.</summary>
    public LoadRun(
        LoadJob job, IReadOnlyList<SourceFile> sources, Connections connections, SessionSettings settings, LoadProgress progress, ILogger log)
    {
        this.job = job;
        this.sources = sources;
        this.connections = connections;
        this.settings = settings;
        this.progress = progress;
        this.log = log;
        sql = new ManifestSql(job.ManifestSchema);
        budget = new RejectBudget(job.MaxRejects, job.Mode);
    }

    /// <summary>Runs to the end, or to the first failure.</summary>
    public async Task<LoadResult> RunAsync(Stopwatch clock, CancellationToken cancellationToken)
    {
        using var scope = log.BeginScope(new Dictionary<string, object> { ["run_id"] = runId });
        progress.RunId = runId;
        await using var control = new ControlSession(connections, sql, settings, runId, log);
        using var plan = await PlanAsync(control, cancellationToken);
        foreach (var file in plan.Files)
            files.Add(new FileRun(file, plan, job, control, budget, progress.Add(file.Plan.Name, file.Plan.Size), log));
        if (job.BeforeSql is null && !lanesAreBegun) connections.Begin(plan.Lanes, cancellationToken);
        await using var first = files[0];
        if (job.BeforeSql is null && !job.Resume) first.ReadEarly(cancellationToken);
        foreach (var note in plan.Notes) log.LogInformation("{Note}", note);
        await ManifestSchema.EnsureAsync(control.Connection, sql, cancellationToken);
        await control.DoAsync(s => s.StartRunAsync(plan.Target.FullName, plan.Policy.ModeName, cancellationToken), cancellationToken);

        IngestException? error = null;
        var wasCancelled = false;
        try
        {
            goesOn = job.Resume && await GoesOnAsync(plan, control, cancellationToken);
            if (job.BeforeSql is { } before && await MayRunBeforeAsync(plan, control, cancellationToken))
                await RunSqlAsync(control, "--before-sql", before, cancellationToken);
            await LoadFilesAsync(plan, control, cancellationToken);
            if (goesOn) TellOfRejectsBefore();
            var didSomething = goesOn || files.Any(f => f.Result().Status != FileStatus.AlreadyLoaded);
            if (job.AfterSql is { } after && didSomething) await RunSqlAsync(control, "--after-sql", after, cancellationToken);
            if (job.Analyze) await AnalyzeAsync(control.Connection, plan.Target, cancellationToken);
        }
        catch (IngestException e)
        {
            error = e;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            wasCancelled = true;
        }
        catch (PostgresException e) when (!SqlState.IsTransient(e))
        {
            error = files.Any(f => f.IsOpen || f.IsFinished) ? PlanErrors.RefusedLater(e) : PlanErrors.Refused(e);
        }
        catch (NpgsqlException e)
        {
            error = ConnectionErrors.Failed(connections.Server, e);
        }
        catch (Exception e)
        {
            // Told as the defect it is by whoever meets it; the manifest must not say "running" for ever.
            await SettleAsync(plan, control, PlanErrors.Unexpected(e), wasCancelled: false);
            throw;
        }
        await SettleAsync(plan, control, error, wasCancelled);
        return Result(plan, clock, error, wasCancelled);
    }

    /// <summary>Stops the lanes that still work.</summary>
    public async ValueTask DisposeAsync()
    {
        if (lanes is not null) await lanes.DisposeAsync();
    }

    /// <summary>
    /// Whether the last run that worked on one of these files did not end well: then this one goes on with its work, and
    /// a TRUNCATE in --before-sql must not take away what that one has loaded.
    /// </summary>
    private static Task<bool> GoesOnAsync(RunPlan plan, ControlSession control, CancellationToken cancellationToken) =>
        control.DoAsync(s => s.WasInterruptedAsync(plan.FileNames, plan.Target.FullName, cancellationToken), cancellationToken);

    private async Task<RunPlan> PlanAsync(ControlSession control, CancellationToken cancellationToken)
    {
        var opening = FilePreviews.OpenAsync(sources, job, cancellationToken);
        try
        {
            await control.OpenAsync(cancellationToken);
            BeginLanes(cancellationToken);
            for (var attempt = 0; ; attempt++)
            {
                var isLast = attempt >= job.MaxRetries;
                try
                {
                    return await PlanOnceAsync(opening, control, isLast, cancellationToken);
                }
                catch (PostgresException e) when (!isLast && (SqlState.IsContention(e) || SqlState.IsMadeMeanwhile(e)))
                {
                    log.LogWarning("another session is in the way of the plan, which is made again: {Error}", Connections.Describe(e));
                }
            }
        }
        catch
        {
            FilePreviews.Discard(opening);
            throw;
        }
    }

    /// <summary>Plans in one transaction: a plan that fails leaves no table behind.</summary>
    private async Task<RunPlan> PlanOnceAsync(Task<FilePreviews> opening, ControlSession control, bool isLast, CancellationToken cancellationToken)
    {
        await using var transaction = await control.Connection.BeginTransactionAsync(cancellationToken);
        var plan = await new Planner(job, opening, control.Connection, isLast).PlanAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return plan;
    }

    /// <summary>
    /// Begins the lanes' connections, while the plan and the manifest leave a core idle. Statements of the user's and the first bytes of a
    /// pipe may take hours: then they are begun later. The records of one small file may all go to one lane.
    /// </summary>
    private void BeginLanes(CancellationToken cancellationToken)
    {
        if (job.BeforeSql is not null || sources[0].Path is not { } path || FileNode.Of(path) is not { Kind: FileNodeKind.Regular } node) return;
        var isSmall = sources.Count == 1 && FileRun.IsSmallSize(node.Size, job.OnDuplicate ?? OnDuplicate.Last);
        connections.Begin(isSmall ? 1 : job.Concurrency, cancellationToken);
        lanesAreBegun = true;
    }

    private void TellOfRejectsBefore()
    {
        foreach (var run in files.Select(f => f.LoadedBefore).OfType<ManifestEntry>().Where(e => e.Rejected > 0).GroupBy(e => e.RunId))
            log.LogWarning("files that were loaded before the interruption have {Rejects} rejects: ingest rejects list --run {Run}", run.Sum(e => e.Rejected), run.Key);
    }

    /// <summary>Writes how files and run ended; this must be tried also when the run was cancelled.</summary>
    private async Task SettleAsync(RunPlan plan, ControlSession control, IngestException? error, bool wasCancelled)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        try
        {
            foreach (var file in files)
            {
                // A replacement's files are loaded when their rows are visible, all of them or none.
                if (job.Mode != LoadMode.Replace && file.IsCommitted) await file.FinishWithinLimitAsync(patience.Token);
                await file.SettleAsync(error, wasCancelled, patience.Token);
            }
            var status = wasCancelled ? "interrupted" : error is null ? "success" : "failed";
            await control.DoAsync(s => s.FinishRunAsync(status, error?.Message, patience.Token), patience.Token);
            if (goesOn && status == "success")
                await control.DoAsync(s => s.FinishEarlierAsync(plan.FileNames, plan.Target.FullName, patience.Token), patience.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or IngestException || SqlState.IsTransient(e) || e is PostgresException)
        {
            // The rows and watermarks say where things stand; a resume does not need the status.
            log.LogWarning("the manifest could not be told how the run ended: {Error}", Connections.Describe(e));
        }
    }

    private LoadResult Result(RunPlan plan, Stopwatch clock, IngestException? error, bool wasCancelled)
    {
        var results = files.Select(f => f.Result()).ToArray();
        var rejected = results.Sum(r => r.Counts.Rejected) + (goesOn ? files.Sum(f => f.LoadedBefore?.Rejected ?? 0) : 0);
        return new()
        {
            RunId = runId,
            Files = results,
            Elapsed = clock.Elapsed,
            Plan = plan.Notes,
            Error = error,
            ExitCode = wasCancelled ? ExitCode.Interrupted
                : error is not null ? error.ExitCode
                : rejected > 0 ? ExitCode.LoadedWithRejects
                : ExitCode.Success,
        };
    }
}
