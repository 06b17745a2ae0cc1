using System.Security.Cryptography;
using Ingest.Lanes;
using Ingest.Manifest;
using Ingest.Sources;

namespace Ingest.Plan;

/// <summary>What to do with a file that the manifest knows, or does not know.</summary>
/// <param name="IsDone">It is loaded already; nothing to do.</param>
/// <param name="Continue">Go on where the earlier load stopped.</param>
/// <param name="Failure">Why neither is right, nor a new load.</param>
internal sealed record ResumeDecision(bool IsDone, bool Continue, IngestException? Failure)
{
    private static readonly ResumeDecision Anew = new(false, false, null);

    /// <summary>Decides.</summary>
    public static async Task<ResumeDecision> MakeAsync(
        LoadJob job, TargetTable target, PlannedFile file, ManifestEntry? known, CancellationToken cancellationToken)
    {
        if (known is null) return Anew;
        if (known.WasEmptied || known.IsOfOtherTable(target.Oid)) return InOtherTable(job, target, file, known);
        // Which of its records are loaded is known of each, whatever file it stands in.
        if (job.Replay is not null) return Anew;
        if (known.Status == FileStatus.Success)
        {
            if (LoadsAgain(job)) return Anew;
            if (!await IsSameContentAsync(file, known, cancellationToken)) return Anew;
            return job.Resume ? new(true, false, null) : new(false, false, PlanErrors.LoadedBefore(file.Plan.Name, known.RunId));
        }
        if (!job.Resume)
        {
            var wouldDouble = job.Mode == LoadMode.Append && !job.Force && !job.Restart && known.RowsCommitted > 0;
            return wouldDouble
                ? new(false, false, PlanErrors.InterruptedBefore(file.Plan.Name, known.RunId, known.RowsCommitted))
                : Anew;
        }
        if (known.RowsCommitted == 0) return Anew;
        var options = $"mode={known.Mode} {known.Options}";
        var now = $"mode={job.Mode.ToString().ToLowerInvariant()} {file.Options}";
        return options == now
            ? new(false, true, null)
            : new(false, false, PlanErrors.OptionsChanged(file.Plan.Name, Difference(options, now), Difference(now, options)));
    }

    /// <summary>
    /// Whether a file that was loaded is loaded again whatever it holds. A replacement is loaded as a whole or not at all,
    /// and <see cref="IsWholeAsync"/> has found that it was not.
    /// </summary>
    public static bool LoadsAgain(LoadJob job) =>
        job.Mode == LoadMode.Replace || (!job.Resume && (job.Mode != LoadMode.Append || job.Force));

    /// <summary>
    /// What the manifest knows is not in this table: to go on, or to skip the file, would lose rows. Whether the table came
    /// from a backup with its rows, or was filled again, cannot be seen, so an append does not begin anew by itself either.
    /// </summary>
    private static ResumeDecision InOtherTable(LoadJob job, TargetTable target, PlannedFile file, ManifestEntry known)
    {
        var isKnown = known.Status == FileStatus.Success || known.RowsCommitted > 0;
        var mayBegin = job.Mode == LoadMode.Replace || job.Restart || job.Force || (!job.Resume && job.Mode != LoadMode.Append);
        if (!isKnown || mayBegin) return Anew;
        return new(false, false, known.WasEmptied
            ? PlanErrors.TargetEmptied(file.Plan.Name, target.FullName, known.RunId)
            : PlanErrors.TargetReplaced(file.Plan.Name, target.FullName, known.RunId));
    }

    /// <summary>Whether one earlier run replaced the target with exactly these files, as they are now.</summary>
    /// <param name="plan">The files of this run, and the target.</param>
    /// <param name="known">What the manifest knows of each.</param>
    /// <param name="filesOfRun">The number of files that the run of the first had.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<bool> IsWholeAsync(
        RunPlan plan, IReadOnlyList<ManifestEntry?> known, long filesOfRun, CancellationToken cancellationToken)
    {
        var files = plan.Files;
        if (filesOfRun != files.Count) return false;
        for (var i = 0; i < files.Count; i++)
        {
            var isDone = known[i] is { Status: FileStatus.Success, Mode: "replace" } entry && entry.RunId == known[0]!.RunId && !entry.IsOfOtherTable(plan.Target.Oid)
                && await IsSameContentAsync(files[i], entry, cancellationToken);
            if (!isDone) return false;
        }
        return true;
    }

    /// <summary>Reads the file only when its size speaks for it. A pipe cannot be read twice, so it counts as new.</summary>
    private static async Task<bool> IsSameContentAsync(PlannedFile file, ManifestEntry known, CancellationToken cancellationToken)
    {
        if (file.Plan.Identity is not { } identity || known.Checksum is null || known.FileSize != file.Plan.Size) return false;
        await using var stream = LocalFile.Open(identity.CanonicalPath, file.Plan.Name).Stream;
        try
        {
            return (await SHA256.HashDataAsync(stream, cancellationToken)).AsSpan().SequenceEqual(known.Checksum);
        }
        catch (IOException e)
        {
            throw SourceErrors.ReadFailed(file.Plan.Name, stream.Position, e);
        }
    }

    private static string Difference(string of, string to)
    {
        var other = to.Split(' ');
        return string.Join(' ', of.Split(' ').Where(part => !other.Contains(part))) is { Length: > 0 } some ? some : "none of them";
    }
}
