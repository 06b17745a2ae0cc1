using System.Diagnostics;
using Ingest.Formats;
using Ingest.Lanes;
using Ingest.Manifest;
using Ingest.Plan;
using Ingest.Postgres;
using Ingest.Telemetry;
using Microsoft.Extensions.Logging;

namespace Ingest;

/// <summary>One file of a run: lock, entry in the manifest, reading, and how it ended.</summary>
internal sealed class FileRun(
    PlannedFile file, RunPlan plan, LoadJob job, ControlSession control, RejectBudget budget, FileProgress progress, ILogger log)
{
    /// <summary>How long a resume waits for the loader that died: up to 4 s were measured where only the process died.</summary>
    private static readonly TimeSpan ResumePatience = SessionSettings.DeadNetwork + TimeSpan.FromSeconds(10);

    private readonly string target = plan.Target.FullName;
    private readonly Stopwatch clock = new();
    private FileLoad? load;
    private RestartPoint start;
    private RestartPoint[] points = [];
    private long delivered;
    private RestartPoint end;
    private byte[]? checksum;
    private bool isFinished;
    private FileStatus status = FileStatus.Pending;
    private LoadCounts counts;
    private long readBefore;
    private IngestException? error;

    /// <summary>The lanes that the file's records are dealt to.</summary>
    public int Lanes { get; private set; } = plan.Lanes;

    /// <summary>Whether every lane has committed the end of the file, and the manifest does not say so yet.</summary>
    public bool IsCommitted => !isFinished && load is { Completed.IsCompleted: true };

    /// <summary>Locks the file and finds out where to begin; false when there is nothing to do.</summary>
    public async Task<bool> BeginAsync(CancellationToken cancellationToken)
    {
        if (isFinished) return false;
        if (load is not null) return true;
        clock.Start();
        progress.StartedAt = Stopwatch.GetTimestamp();
        var name = file.Plan.FileName;
        if (!await control.LockAsync(name, target, job.Resume ? ResumePatience : TimeSpan.Zero, cancellationToken))
            throw Fail(PlanErrors.Held(file.Plan.Name, target, await control.DoAsync(s => s.DescribeHolderAsync(name, target, cancellationToken), cancellationToken)));

        var known = await FindLatestAsync(cancellationToken);
        Watermark[]? earlier = null;
        if (known is not null && known.Status != FileStatus.Success)
        {
            await control.DoAsync(s => s.EndLanesAsync(known.RunId, cancellationToken), cancellationToken);
            earlier = await control.DoAsync(s => s.TakeOverWatermarksAsync(known.Id, cancellationToken), cancellationToken);
            known = known with { RowsCommitted = earlier.Sum(m => m.Counts.Read) };
        }
        var decision = await ResumeDecision.MakeAsync(job, plan.Target, file, known, cancellationToken);
        if (decision.Failure is { } failure) throw Fail(failure);
        if (decision.IsDone)
        {
            await control.UnlockAsync(name, target, cancellationToken);
            SkipLoaded(known!);
            return false;
        }

        var marks = await OpenEntryAsync(decision.Continue ? earlier : null, known, cancellationToken);
        Lanes = marks.Length;
        points = [.. marks.Select(m => m.Restart)];
        start = points.MinBy(p => p.Position);
        delivered = start.Record;
        readBefore = marks.Sum(m => m.Counts.Read);
        budget.AddRead(start.Record);
        budget.Add(marks.Sum(m => m.Counts.Rejected));
        status = progress.Status = FileStatus.Running;
        return true;
    }

    /// <summary>Whether the file can be read again from a restart point.</summary>
    public bool CanRewind => file.Plan.Identity is not null;

    /// <summary>
    /// Goes back to what is committed, after a server that crashed has lost commits it had confirmed: their rows and
    /// watermarks went together, so the watermarks say exactly what is to be loaded again.
    /// </summary>
    public async Task RewindAsync(CancellationToken cancellationToken)
    {
        if (isFinished || load is null) return;
        var before = Sum();
        var marks = await control.DoAsync(s => s.TakeOverWatermarksAsync(load.Entry.Id, cancellationToken), cancellationToken);
        load = new FileLoad(file.Plan.Name, load.Entry, file.Sql, plan.Policy, marks, progress);
        var lost = before.Rejected - Sum().Rejected;
        points = [.. marks.Select(m => m.Restart)];
        start = points.MinBy(p => p.Position);
        budget.AddRead(start.Record - delivered);
        budget.Add(-lost);
        progress.AddRead(start.Record - delivered);
        progress.AddCommitted(Sum().Read - before.Read, -lost);
        (end, checksum, error) = (default, null, null);
    }

    /// <summary>What the manifest knows of the file.</summary>
    public Task<ManifestEntry?> FindLatestAsync(CancellationToken cancellationToken) =>
        control.DoAsync(s => s.FindLatestAsync(file.Plan.FileName, target, cancellationToken), cancellationToken);

    /// <summary>Notes that there is nothing to do.</summary>
    public void SkipLoaded(ManifestEntry known)
    {
        status = progress.Status = FileStatus.AlreadyLoaded;
        isFinished = true;
        clock.Stop();
        log.LogInformation("already loaded: {File} by run {Run}", file.Plan.Name, known.RunId);
    }

    /// <summary>Reads the file to its end and hands it to the lanes.</summary>
    public async Task ReadAsync(LaneSet lanes, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lanes.Stopped);
        try
        {
            using var reader = file.Plan.OpenReader();
            await Task.Run(() =>
            {
                reader.SkipTo(start, stop.Token);
                reader.Verify(points, stop.Token);
            }, stop.Token);
            var pipeline = new BlockPipeline(reader, () => file.Plan.CreateDecoder(Lanes), job.Concurrency, progress);
            end = await pipeline.RunAsync(start, segments =>
            {
                var block = segments[0].Block;
                budget.AddRead(block.End.Record - block.Start.Record);
                delivered = block.End.Record;
                return lanes.PostAsync(load!, segments);
            }, stop.Token);

            // Before the lanes may commit the end: a file that changed while it was read is not loaded.
            file.Plan.Identity?.ThrowIfChanged(file.Plan.Name);
            checksum = reader.Checksum;
            await lanes.EndFileAsync(load!, end);
        }
        catch (SourceException e)
        {
            throw Fail(e);
        }
    }

    /// <summary>Marks the file as loaded, once every lane has committed its end.</summary>
    public async Task FinishAsync(CancellationToken cancellationToken)
    {
        if (isFinished || load is null) return;
        await CheckCountsAsync(cancellationToken);
        await EndEntryAsync(FileStatus.Success, null, cancellationToken);
        await ForgetKeysAsync(load.Entry.Id, cancellationToken);
        log.LogInformation(
            "file loaded: {File} {Rows} records, {Rejects} rejects, {LatencyMs} ms, {Status}",
            file.Plan.Name, counts.Read, counts.Rejected, clock.ElapsedMilliseconds, "success");
    }

    /// <summary>As <see cref="FinishAsync"/>, for a run that has failed already: this file's own failure is kept in its result.</summary>
    public async Task FinishWithinLimitAsync(CancellationToken cancellationToken)
    {
        try
        {
            await FinishAsync(cancellationToken);
        }
        catch (IngestException e) when (e == error)
        {
            log.LogWarning("not loaded completely: {File}: {Error}", file.Plan.Name, e.Message);
        }
    }

    /// <summary>Checks, once every lane has committed the end of the file, that every record is accounted for.</summary>
    public async Task CheckCountsAsync(CancellationToken cancellationToken)
    {
        if (isFinished || load is null) return;
        await load.Completed.WaitAsync(cancellationToken);
        counts = Sum();
        if (!counts.IsBalanced || counts.Read != end.Record) throw Fail(ManifestErrors.Unbalanced(file.Plan.Name, counts, end.Record));
        try
        {
            budget.CheckAtEnd(file.Plan.Name);
        }
        catch (RejectLimitException e)
        {
            throw Fail(e);
        }
    }

    /// <summary>Marks the file as loaded in a transaction that is open already.</summary>
    public async Task FinishInAsync(ManifestStore store, CancellationToken cancellationToken)
    {
        if (isFinished || load is null) return;
        if (await store.FinishAsync(load.Entry.Id, FileStatus.Success, checksum, file.Plan.Size, null, counts.Read, cancellationToken) is null)
            throw Fail(LaneErrors.CommitsLost(file.Plan.Name));
    }

    /// <summary>Takes over that the transaction of <see cref="FinishInAsync"/> has committed.</summary>
    public async Task ConfirmAsync(CancellationToken cancellationToken)
    {
        if (isFinished || load is null) return;
        status = progress.Status = FileStatus.Success;
        isFinished = true;
        clock.Stop();
        await control.UnlockAsync(file.Plan.FileName, target, cancellationToken);
        await ForgetKeysAsync(load.Entry.Id, cancellationToken);
    }

    /// <summary>Notes a file that the run ended before.</summary>
    public async Task SettleAsync(IngestException? failure, bool wasCancelled, CancellationToken cancellationToken)
    {
        if (isFinished || load is null) return;
        error ??= failure;
        counts = Sum();
        var ended = wasCancelled ? FileStatus.Interrupted : counts.Read > 0 ? FileStatus.Partial : FileStatus.Failed;
        status = progress.Status = ended;
        clock.Stop();
        await EndEntryAsync(ended, error?.Message, cancellationToken);
    }

    /// <summary>How the file ended.</summary>
    public FileResult Result() => new()
    {
        File = file.Plan.Name,
        Table = target,
        Status = status,
        Counts = counts,
        ReadBefore = readBefore,
        Elapsed = clock.Elapsed,
        Bytes = file.Plan.Size ?? progress.BytesRead,
        Error = error,
    };

    private async Task<Watermark[]> OpenEntryAsync(Watermark[]? earlier, ManifestEntry? known, CancellationToken cancellationToken)
    {
        long id;
        Watermark[] marks;
        if (earlier is not null)
        {
            id = known!.Id;
            marks = earlier;
            await control.DoAsync(s => s.ContinueAsync(id, cancellationToken), cancellationToken);
            log.LogInformation("resuming: {File} after {Rows} records of run {Run}", file.Plan.Name, marks.Sum(m => m.Counts.Read), known.RunId);
        }
        else
        {
            if (known is not null && known.Status != FileStatus.Success)
            {
                await control.DoAsync(s => s.AbandonAsync(known.Id, cancellationToken), cancellationToken);
                await ForgetKeysAsync(known.Id, cancellationToken);
            }
            var entry = new NewManifestEntry(
                file.Plan.FileName, target, plan.Target.Oid, plan.Policy.ModeName, file.Plan.Size, plan.Lanes, file.Plan.Header, file.Plan.Dialect, file.Options);
            id = await control.DoAsync(s => s.CreateEntryAsync(entry, cancellationToken), cancellationToken);
            marks = new Watermark[plan.Lanes];
        }
        if (RemembersKeys) await control.DoAsync(s => s.CreateKeysAsync(file.Sql, id, cancellationToken), cancellationToken);
        load = new FileLoad(file.Plan.Name, new FileEntry(id, file.Plan.FileName, target), file.Sql, plan.Policy, marks, progress);
        return marks;
    }

    private async Task EndEntryAsync(FileStatus ended, string? notes, CancellationToken cancellationToken)
    {
        var written = await control.DoAsync(
            s => s.FinishAsync(load!.Entry.Id, ended, checksum, file.Plan.Size, notes, counts.Read, cancellationToken), cancellationToken);
        if (written is null && ended == FileStatus.Success) throw Fail(LaneErrors.CommitsLost(file.Plan.Name));
        if (written is null) throw Fail(ManifestErrors.Fenced(file.Plan.Name, 0, Guid.Empty));
        counts = written.Value;
        status = progress.Status = ended;
        isFinished = true;
        clock.Stop();
        await control.UnlockAsync(file.Plan.FileName, target, cancellationToken);
    }

    /// <summary>Whether duplicates over the whole file are told by a table of its keys.</summary>
    private bool RemembersKeys => plan.Policy.OnDuplicate != OnDuplicate.Last;

    /// <summary>The keys that a load has met are of no use once it is complete or superseded.</summary>
    private async Task ForgetKeysAsync(long entry, CancellationToken cancellationToken)
    {
        if (RemembersKeys) await control.DoAsync(s => s.DropKeysAsync(entry, cancellationToken), cancellationToken);
    }

    private LoadCounts Sum()
    {
        var sum = default(LoadCounts);
        for (var lane = 0; lane < Lanes; lane++) sum += load![lane].Counts;
        return sum;
    }

    private IngestException Fail(IngestException failure)
    {
        error = failure;
        if (load is null) status = progress.Status = FileStatus.Failed;
        return failure;
    }
}
