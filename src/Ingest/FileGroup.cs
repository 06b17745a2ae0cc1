using Ingest.Manifest;
using Ingest.Plan;

namespace Ingest;

/// <summary>
/// Begins, reads ahead and ends small files together. For each by itself the manifest would cost some round trips and two
/// flushes of the log, which take longer than a few hundred rows.
/// </summary>
internal sealed class FileGroup(IReadOnlyList<FileRun> files, LoadJob job, string target, ControlSession control)
{
    /// <summary>How many files share a transaction of the manifest.</summary>
    private const int Size = 100;

    private readonly HashSet<FileRun> tried = [];
    private int firstOpen;

    /// <summary>
    /// Begins a file that is small, and with it the small ones that follow. Those that another run holds, or that must be
    /// compared with an earlier load, are left to be begun by themselves.
    /// </summary>
    public async Task BeginAsync(FileRun first, CancellationToken cancellationToken)
    {
        if (!first.IsSmall || tried.Contains(first)) return;
        var group = files.SkipWhile(f => f != first).TakeWhile(f => f.IsSmall).Take(Size).ToList();
        tried.UnionWith(group);
        if (group.Count == 1) return;

        var held = (await control.LockAsync([.. group.Select(f => f.FileName)], target, cancellationToken)).ToHashSet();
        group.RemoveAll(f => !held.Contains(f.FileName));
        string[] names = [.. group.Select(f => f.FileName)];
        var known = await control.DoAsync(s => s.FindLatestAsync(names, target, cancellationToken), cancellationToken);
        for (var i = 0; i < group.Count; i++) group[i].Prepare(known[i]);

        var anew = group.Where((_, i) => known[i] is null || (known[i]!.Status == FileStatus.Success && ResumeDecision.LoadsAgain(job))).ToList();
        if (anew.Count == 0) return;
        var ids = await control.DoAsync(s => s.CreateEntriesAsync([.. anew.Select(f => f.NewEntry())], cancellationToken), cancellationToken);
        for (var i = 0; i < anew.Count; i++) anew[i].Begin(ids[i]);
    }

    /// <summary>Starts to read a file whose turn it is, and those after it that are small and begun: one for each decoder.</summary>
    public void ReadAhead(int place, CancellationToken cancellationToken)
    {
        var bytes = 0L;
        for (var last = Math.Min(place + job.Concurrency, files.Count - 1); place <= last && bytes < MemoryBudget.ReadAheadBytes; place++)
        {
            files[place].ReadAhead(cancellationToken);
            bytes += files[place].Size;
        }
    }

    /// <summary>Marks the files as loaded whose end every lane has committed: once they are many, or one of them is large.</summary>
    /// <param name="evenFew">Whether to do it in any case.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task FinishCommittedAsync(bool evenFew, CancellationToken cancellationToken)
    {
        while (firstOpen < files.Count && files[firstOpen].IsFinished) firstOpen++;
        var done = files.Skip(firstOpen).TakeWhile(f => f.IsFinished || f.IsOpen).Where(f => f.IsCommitted).ToList();
        if (evenFew || done.Count >= Size || done.Any(f => !f.IsSmall)) await FinishAsync(done, cancellationToken);
    }

    /// <summary>Marks all files as loaded, once every lane has committed their ends.</summary>
    public async Task FinishAllAsync(CancellationToken cancellationToken)
    {
        foreach (var group in files.Where(f => f.IsOpen).Chunk(Size)) await FinishAsync(group, cancellationToken);
    }

    private async Task FinishAsync(IReadOnlyCollection<FileRun> group, CancellationToken cancellationToken)
    {
        foreach (var file in group.Where(f => !f.IsSmall)) await file.FinishAsync(cancellationToken);
        var small = group.Where(f => f.IsSmall).ToList();
        foreach (var file in small) await file.CheckCountsAsync(cancellationToken);
        if (small.Count == 0) return;
        var written = await control.DoAsync(s => s.FinishAsync([.. small.Select(f => f.Ended())], cancellationToken), cancellationToken);
        for (var i = 0; i < small.Count; i++) small[i].Confirm(written[i]);
        await control.UnlockAsync(small.Select(f => f.FileName), target, cancellationToken);
    }
}
