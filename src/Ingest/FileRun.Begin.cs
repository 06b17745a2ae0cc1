using System.Diagnostics;
using Ingest.Lanes;
using Ingest.Manifest;
using Ingest.Plan;
using Ingest.Postgres;
using Microsoft.Extensions.Logging;

namespace Ingest;

/// <summary>How a file begins: its lock, what the manifest knows of it, and the entry that it gets or goes on with.</summary>
internal sealed partial class FileRun
{
    /// <summary>How long a resume waits for the loader that died: up to 4 s were measured where only the process died.</summary>
    public static readonly TimeSpan ResumePatience = SessionSettings.DeadNetwork + TimeSpan.FromSeconds(10);

    /// <summary>Notes that the file is locked already, and what the manifest knows of it.</summary>
    public void Prepare(ManifestEntry? latest)
    {
        isLocked = true;
        known = latest;
    }

    /// <summary>What the manifest will say of the file once it is begun anew.</summary>
    public NewManifestEntry NewEntry() => new(
        file.Plan.FileName, target, plan.Target.Oid, IsUnlogged, plan.Policy.ModeName, file.Plan.Size, plan.Lanes, file.Plan.Header, file.Plan.Dialect, file.Options);

    /// <summary>Begins the file anew, with an entry that the manifest has already.</summary>
    public void Begin(long entry) => Begin(entry, new Watermark[plan.Lanes]);

    /// <summary>Locks the file and finds out where to begin, unless it was begun already; false when there is nothing to do.</summary>
    public async Task<bool> BeginAsync(CancellationToken cancellationToken)
    {
        if (isFinished) return false;
        if (!clock.IsRunning)
        {
            clock.Start();
            progress.StartedAt = Stopwatch.GetTimestamp();
        }
        if (load is null && !await OpenAsync(cancellationToken)) return false;
        status = progress.Status = FileStatus.Running;
        return true;
    }

    /// <summary>Whether a server that crashes empties what the file goes into; a replacement loads a table of its own, which is logged.</summary>
    private bool IsUnlogged => plan.Target.IsUnlogged && job.Mode != LoadMode.Replace;

    private async Task<ManifestEntry?> FindLatestAsync(CancellationToken cancellationToken) =>
        (await control.DoAsync(s => s.FindLatestAsync([file.Plan.FileName], target, cancellationToken), cancellationToken))[0];

    private async Task<bool> OpenAsync(CancellationToken cancellationToken)
    {
        var name = file.Plan.FileName;
        if (!isLocked)
        {
            if (!await control.LockAsync(name, target, job.Resume ? ResumePatience : TimeSpan.Zero, cancellationToken))
                throw Fail(PlanErrors.Held(file.Plan.Name, target, await control.DoAsync(s => s.DescribeHolderAsync(name, target, cancellationToken), cancellationToken)));
            Prepare(await FindLatestAsync(cancellationToken));
        }

        Watermark[]? earlier = null;
        if (known is not null && known.Status != FileStatus.Success)
        {
            await control.DoAsync(s => s.EndRunAsync(known.RunId, cancellationToken), cancellationToken);
            earlier = await control.DoAsync(s => s.TakeOverWatermarksAsync(known.Id, cancellationToken), cancellationToken);
            known = known with { RowsCommitted = earlier.Sum(m => m.Counts.Read) };
        }
        var decision = await ResumeDecision.MakeAsync(job, plan.Target, file, known, cancellationToken);
        if (decision.Failure is { } failure) throw Fail(failure);
        if (decision.IsDone)
        {
            await control.UnlockAsync([name], target, cancellationToken);
            SkipLoaded(known!);
            return false;
        }
        if (decision.Continue) await ContinueAsync(known!, earlier!, cancellationToken);
        else await BeginAnewAsync(known, cancellationToken);
        return true;
    }

    private async Task ContinueAsync(ManifestEntry earlier, Watermark[] marks, CancellationToken cancellationToken)
    {
        await control.DoAsync(s => s.ContinueAsync(earlier.Id, IsUnlogged, cancellationToken), cancellationToken);
        log.LogInformation("resuming: {File} after {Rows} records of run {Run}", file.Plan.Name, marks.Sum(m => m.Counts.Read), earlier.RunId);
        if (RemembersKeys) await control.DoAsync(s => s.CreateKeysAsync(file.Sql, earlier.Id, cancellationToken), cancellationToken);
        Begin(earlier.Id, marks);
    }

    private async Task BeginAnewAsync(ManifestEntry? earlier, CancellationToken cancellationToken)
    {
        if (earlier is { Status: FileStatus.Success } && job.Resume && job.Replay is null)
            log.LogWarning("{File} is not what run {Run} has loaded: it is loaded as new content, all of it", file.Plan.Name, earlier.RunId);
        if (earlier is not null && earlier.Status != FileStatus.Success)
        {
            await control.DoAsync(s => s.AbandonAsync(earlier.Id, cancellationToken), cancellationToken);
            await ForgetKeysAsync(earlier.Id, cancellationToken);
        }
        var id = (await control.DoAsync(s => s.CreateEntriesAsync([NewEntry()], cancellationToken), cancellationToken))[0];
        if (RemembersKeys) await control.DoAsync(s => s.CreateKeysAsync(file.Sql, id, cancellationToken), cancellationToken);
        Begin(id);
    }

    private void Begin(long entry, Watermark[] marks)
    {
        load = NewLoad(new(entry, file.Plan.FileName, target), marks);
        Lanes = marks.Length;
        points = [.. marks.Select(m => m.Restart)];
        start = points.MinBy(p => p.Position);
        delivered = start.Record;
        readBefore = marks.Sum(m => m.Counts.Read);
        budget.AddRead(start.Record);
        budget.Add(marks.Sum(m => m.Counts.Rejected));
    }

    private FileLoad NewLoad(FileEntry entry, Watermark[] marks) =>
        new(file.Plan.Name, entry, file.Sql, plan.Policy, marks, progress) { IsLong = !IsSmall };
}
