using System.Diagnostics;
using Ingest.Formats;
using Ingest.Lanes;
using Ingest.Manifest;
using Ingest.Plan;
using Ingest.Telemetry;
using Microsoft.Extensions.Logging;

namespace Ingest;

/// <summary>One file of a run: lock, entry in the manifest, reading, and how it ended.</summary>
internal sealed partial class FileRun(
    PlannedFile file, RunPlan plan, LoadJob job, ControlSession control, RejectBudget budget, FileProgress progress, ILogger log)
    : IAsyncDisposable
{
    /// <summary>A file of some thousand records.</summary>
    private const long SmallSize = 1 << 20;

    private readonly string target = plan.Target.FullName;
    private readonly Stopwatch clock = new();
    private FileLoad? load;
    private RestartPoint start;
    private RestartPoint[] points = [];
    private long delivered;
    private RestartPoint end;
    private BlockPipeline? pipeline;
    private byte[]? checksum;
    private bool isLocked;
    private bool isFinished;
    private ManifestEntry? known;
    private FileStatus status = FileStatus.Pending;
    private LoadCounts counts;
    private long readBefore;
    private IngestException? error;

    /// <summary>The lanes that the file's records are dealt to.</summary>
    public int Lanes { get; private set; } = plan.Lanes;

    /// <summary>Whether there is nothing left to do.</summary>
    public bool IsFinished => isFinished;

    /// <summary>Whether it was begun and has not ended.</summary>
    public bool IsOpen => !isFinished && load is not null;

    /// <summary>Whether every lane has committed the end of the file, and the manifest does not say so yet.</summary>
    public bool IsCommitted => !isFinished && load is { Completed.IsCompleted: true };

    /// <summary>The file's identity in the manifest.</summary>
    public string FileName => file.Plan.FileName;

    /// <summary>The bytes as stored, or 0 for a pipe.</summary>
    public long Size => file.Plan.Size ?? 0;

    /// <summary>
    /// Whether it is small enough to be begun and ended together with others: what costs a round trip and a flush would
    /// take longer than its rows.
    /// </summary>
    public bool IsSmall => IsSmallSize(file.Plan.Size, plan.Policy.OnDuplicate);

    /// <summary>Whether a file of a size is small in a load with this policy for repeated keys: one that tells those of the whole file has a table of them.</summary>
    public static bool IsSmallSize(long? size, OnDuplicate onDuplicate) => onDuplicate == OnDuplicate.Last && size <= SmallSize;

    /// <summary>The earlier load that leaves nothing to do, or null.</summary>
    public ManifestEntry? LoadedBefore => status == FileStatus.AlreadyLoaded ? known : null;

    /// <summary>Whether the file can be read again from a restart point.</summary>
    public bool CanRewind => file.Plan.Identity is not null;

    /// <summary>
    /// Goes back to what is committed, after a server that crashed has lost commits it had confirmed: their rows and
    /// watermarks went together, so the watermarks say exactly what is to be loaded again. After a long batch that failed, it is
    /// what they lack.
    /// </summary>
    /// <exception cref="SourceException">The file has changed since it was planned.</exception>
    public async Task RewindAsync(CancellationToken cancellationToken)
    {
        if (isFinished || load is null) return;
        var before = Sum();
        var marks = await control.DoAsync(s => s.TakeOverWatermarksAsync(load.Entry.Id, cancellationToken), cancellationToken);
        load = NewLoad(load.Entry, marks);
        var lost = before.Rejected - Sum().Rejected;
        points = [.. marks.Select(m => m.Restart)];
        start = points.MinBy(p => p.Position);
        budget.AddRead(start.Record - delivered);
        budget.Add(-lost);
        progress.AddRead(start.Record - delivered);
        delivered = start.Record;
        progress.AddCommitted(Sum().Read - before.Read, -lost);
        (end, checksum, error) = (default, null, null);
        try
        {
            file.Plan.Identity?.ThrowIfChanged(file.Plan.Name);
        }
        catch (SourceException e)
        {
            throw Fail(e);
        }
    }

    /// <summary>Notes that there is nothing to do.</summary>
    public void SkipLoaded(ManifestEntry earlier)
    {
        known = earlier;
        Settle(FileStatus.AlreadyLoaded);
        log.LogInformation("already loaded: {File} by run {Run}", file.Plan.Name, earlier.RunId);
    }

    /// <summary>Reads the file to its end and hands it to the lanes.</summary>
    public async Task ReadAsync(LaneSet lanes, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lanes.Stopped);
        try
        {
            var delivery = new BlockDelivery(start, segments =>
            {
                var block = segments[0].Block;
                budget.AddRead(block.End.Record - block.Start.Record);
                delivered = block.End.Record;
                return lanes.PostAsync(load!, segments);
            }, progress);
            checksum = await TakeReadAheadAsync(delivery) ?? await ReadInPipelineAsync(delivery, stop.Token);
            end = delivery.End;

            // Before the lanes may commit the end: a file that changed while it was read is not loaded.
            file.Plan.Identity?.ThrowIfChanged(file.Plan.Name);
            await lanes.EndFileAsync(load!, end);
        }
        catch (SourceException e)
        {
            throw Fail(e);
        }
    }

    private async Task<byte[]> ReadInPipelineAsync(BlockDelivery delivery, CancellationToken cancellationToken)
    {
        if (pipeline is null) BeginPipeline(start, points, cancellationToken);
        await using var taken = pipeline!;
        pipeline = null;
        await taken.DeliverAsync(delivery, cancellationToken);
        return taken.Checksum;
    }

    private void BeginPipeline(RestartPoint from, IEnumerable<RestartPoint> later, CancellationToken cancellationToken)
    {
        pipeline = new(file.Plan.OpenReader(), () => file.Plan.CreateDecoder(Lanes), job.Concurrency, Lanes, progress);
        pipeline.Begin(from, later, cancellationToken);
    }

    /// <summary>Marks the file as loaded, once every lane has committed its end.</summary>
    public async Task FinishAsync(CancellationToken cancellationToken)
    {
        if (isFinished || load is null) return;
        await CheckCountsAsync(cancellationToken);
        await EndEntryAsync(FileStatus.Success, null, cancellationToken);
        LogLoaded();
    }

    /// <summary>What the manifest is to be told of a file whose counts were checked.</summary>
    public EndedEntry Ended() => Ended(FileStatus.Success, null);

    /// <summary>Takes over what the manifest has been told.</summary>
    /// <param name="written">The counts that it has now, or null when another run has taken the file over.</param>
    public void Confirm(LoadCounts? written)
    {
        counts = written ?? throw Fail(LaneErrors.CommitsLost(file.Plan.Name));
        Settle(FileStatus.Success);
        LogLoaded();
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
            if (counts.Rejected > 0) budget.CheckAtEnd(file.Plan.Name);
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
        if ((await store.FinishAsync([Ended()], cancellationToken))[0] is null)
            throw Fail(LaneErrors.CommitsLost(file.Plan.Name));
        if (RemembersKeys) await store.DropKeysAsync(load.Entry.Id, cancellationToken);
    }

    /// <summary>Takes over that the transaction of <see cref="FinishInAsync"/> has committed.</summary>
    public async Task ConfirmAsync(CancellationToken cancellationToken)
    {
        if (isFinished || load is null) return;
        Settle(FileStatus.Success);
        await control.UnlockAsync([file.Plan.FileName], target, cancellationToken);
    }

    /// <summary>Notes a file that the run ended before.</summary>
    public async Task SettleAsync(IngestException? failure, bool wasCancelled, CancellationToken cancellationToken)
    {
        if (isFinished || load is null) return;
        // One that was begun with others and whose turn did not come has not failed.
        var wasRead = clock.IsRunning;
        if (wasRead) error ??= failure;
        counts = Sum();
        var ended = !wasRead ? FileStatus.Pending : wasCancelled ? FileStatus.Interrupted : counts.Read > 0 ? FileStatus.Partial : FileStatus.Failed;
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

    private EndedEntry Ended(FileStatus ended, string? notes) => new(load!.Entry.Id, ended, checksum, file.Plan.Size, notes, counts.Read);

    private async Task EndEntryAsync(FileStatus ended, string? notes, CancellationToken cancellationToken)
    {
        var entry = Ended(ended, notes);
        var written = RemembersKeys && ended == FileStatus.Success
            ? await control.DoAsync(s => s.FinishWithKeysAsync(entry, cancellationToken), cancellationToken)
            : (await control.DoAsync(s => s.FinishAsync([entry], cancellationToken), cancellationToken))[0];
        if (written is null && ended == FileStatus.Success) throw Fail(LaneErrors.CommitsLost(file.Plan.Name));
        if (written is null) throw Fail(ManifestErrors.Fenced(file.Plan.Name, 0, Guid.Empty));
        counts = written.Value;
        Settle(ended);
        await control.UnlockAsync([file.Plan.FileName], target, cancellationToken);
    }

    private void Settle(FileStatus ended)
    {
        status = progress.Status = ended;
        isFinished = true;
        if (load is not null) load.IsSafe = true;
        clock.Stop();
    }

    private void LogLoaded() => log.LogInformation(
        "file loaded: {File} {Rows} records, {Rejects} rejects, {LatencyMs} ms, {Status}",
        file.Plan.Name, counts.Read, counts.Rejected, clock.ElapsedMilliseconds, "success");

    /// <summary>Whether duplicates over the whole file are told by a table of its keys.</summary>
    private bool RemembersKeys => plan.Policy.OnDuplicate != OnDuplicate.Last;

    /// <summary>The keys that a load has met are of no use once it is superseded.</summary>
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
