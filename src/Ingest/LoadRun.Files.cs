using Ingest.Lanes;
using Ingest.Manifest;
using Ingest.Plan;
using Ingest.Postgres;
using Microsoft.Extensions.Logging;

namespace Ingest;

/// <summary>The files of a run on their way through the lanes, and back to what is committed where that is needed.</summary>
internal sealed partial class LoadRun
{
    /// <summary>A server that crashes more often during one run than this has a problem that a loader cannot wait out.</summary>
    private const int MostCrashes = 10;

    /// <summary>Where connections break again and again, short batches get further.</summary>
    private const int MostReadAgain = 3;

    /// <summary>Whether the lanes may let go of rows that are not committed.</summary>
    private bool readsAgain = true;

    /// <summary>Whether all of the run's records can be read again.</summary>
    private bool CanRewind => files.All(f => f.CanRewind);

    private async Task LoadFilesAsync(RunPlan plan, ControlSession control, CancellationToken cancellationToken)
    {
        var replacement = job.Mode == LoadMode.Replace ? new Replacement(plan, job, control, log) : null;
        if (replacement is not null && job.Resume && await SkipWholeReplacementAsync(plan, control, cancellationToken)) return;
        if (replacement is not null) await replacement.PrepareAsync(cancellationToken);
        var group = new FileGroup(files, job, plan.Target.FullName, control);
        var (crashes, readAgain) = (0, 0);
        while (true)
        {
            try
            {
                await LoadUnfinishedAsync(plan.Target, control, replacement, group, cancellationToken);
                return;
            }
            catch (CommitsLostException e) when (crashes < MostCrashes && CanRewind)
            {
                log.LogWarning("the server has lost confirmed commits, loading again from what is there: {Error}", e.Message);
                crashes++;
            }
            catch (ReadAgainException e)
            {
                log.LogInformation("a long batch failed, going back to what is committed: {Error}", e.Message);
                readsAgain = !e.IsRefusal && ++readAgain < MostReadAgain;
            }
            await RewindAsync(control, cancellationToken);
        }
    }

    private async Task RewindAsync(ControlSession control, CancellationToken cancellationToken)
    {
        if (lanes is not null) await lanes.DisposeAsync();
        lanes = null;
        // A lane that was stopped while its connection was broken has not ended its session, whose rows may be in the way.
        await control.DoAsync(s => s.EndLanesAsync(cancellationToken), cancellationToken);
        foreach (var file in files) await file.RewindAsync(cancellationToken);
    }

    /// <summary>Loads every file that is not finished, from where its watermarks stand.</summary>
    private async Task LoadUnfinishedAsync(
        TargetTable target, ControlSession control, Replacement? replacement, FileGroup group, CancellationToken cancellationToken)
    {
        try
        {
            for (var i = 0; i < files.Count; i++)
            {
                var file = files[i];
                await group.BeginAsync(file, cancellationToken);
                if (!await file.BeginAsync(cancellationToken)) continue;
                if (lanes is not null && lanes.Count != file.Lanes)
                {
                    await lanes.DrainAsync();
                    await lanes.DisposeAsync();
                    lanes = null;
                    // The next lanes cannot tell what these have committed and a server that crashes forgets.
                    if (replacement is null) await group.FinishCommittedAsync(evenFew: true, cancellationToken);
                }
                lanes ??= NewLanes(file.Lanes, target, control, cancellationToken);
                group.ReadAhead(i, cancellationToken);
                await file.ReadAsync(lanes!, cancellationToken);
                if (replacement is null) await group.FinishCommittedAsync(evenFew: false, cancellationToken);
            }
            if (lanes is not null) await lanes.DrainAsync();
        }
        catch (Exception e)
        {
            await StopLanesAsync(e);
            throw;
        }
        finally
        {
            foreach (var file in files) await file.DisposeAsync();
        }
        if (replacement is null)
        {
            await group.FinishAllAsync(cancellationToken);
            return;
        }
        foreach (var file in files) await file.CheckCountsAsync(cancellationToken);
        await replacement.SwapAsync(async store =>
        {
            foreach (var file in files) await file.FinishInAsync(store, cancellationToken);
        }, cancellationToken);
        foreach (var file in files) await file.ConfirmAsync(cancellationToken);
    }

    private async Task<bool> SkipWholeReplacementAsync(RunPlan plan, ControlSession control, CancellationToken cancellationToken)
    {
        var known = await control.DoAsync(s => s.FindLatestAsync(plan.FileNames, plan.Target.FullName, cancellationToken), cancellationToken);
        if (!await IsReplacedAsync(plan, known, control, cancellationToken)) return false;
        for (var i = 0; i < files.Count; i++) files[i].SkipLoaded(known[i]!);
        return true;
    }

    /// <summary>Whether an earlier run has replaced the target with exactly these files.</summary>
    private static async Task<bool> IsReplacedAsync(
        RunPlan plan, ManifestEntry?[] known, ControlSession control, CancellationToken cancellationToken)
    {
        if (known[0] is not { } first) return false;
        var count = await control.DoAsync(s => s.CountFilesAsync(first.RunId, cancellationToken), cancellationToken);
        return await ResumeDecision.IsWholeAsync(plan, known, count, cancellationToken);
    }

    /// <summary>
    /// A source's failure lets what was handed over be committed. Otherwise the lanes stop; when one of them failed first,
    /// its failure is the one to report.
    /// </summary>
    private async Task StopLanesAsync(Exception failure)
    {
        if (lanes is null) return;
        if (failure is SourceException or OperationCanceledException)
        {
            await lanes.DrainAsync();
            return;
        }
        await lanes.DisposeAsync();
    }

    /// <summary>Records are dealt by the number of lanes that a file was begun with, so a file with another number gets lanes of its own.</summary>
    private LaneSet NewLanes(int count, TargetTable target, ControlSession control, CancellationToken cancellationToken)
    {
        var limits = job.Replay is { IsWhole: true }
            ? BatchLimits.None
            : new BatchLimits(job.ChunkSize, MemoryBudget.BatchBytes(count), MemoryBudget.CoveredBytes(count));
        var walWriter = target.IsUnlogged || target.IsElsewhere ? null : new WalWriterWaker(control, log);
        var context = new LaneContext(
            runId, connections, LaneSettings(target), sql, job.ManifestSchema, budget, limits, readsAgain && CanRewind, job.MaxRetries, walWriter, log);
        return new LaneSet(context, count, cancellationToken);
    }

    /// <summary>
    /// What a pipe has given is gone, and what another server has committed stays: there a server that crashes must not lose
    /// commits of their watermarks.
    /// </summary>
    private SessionSettings LaneSettings(TargetTable target) =>
        CanRewind && !target.IsElsewhere ? settings : settings with { Durable = true };
}
