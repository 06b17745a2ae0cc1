using Ingest.Manifest;

namespace Ingest.Lanes;

/// <summary>Counts the rejects of a run over all lanes and ends it when there are too many.</summary>
internal sealed class RejectBudget(RejectLimit limit)
{
    /// <summary>A share says nothing until this many records were read.</summary>
    private const int EnoughForShare = 10_000;

    private long committed;

    /// <summary>Throws when committing these rejects would pass the limit; the batch rolls back then.</summary>
    /// <param name="file">The file, for the message.</param>
    /// <param name="rejects">The batch's rejects.</param>
    /// <param name="read">The records of the file read so far.</param>
    public void Check(string file, IReadOnlyList<NewReject> rejects, long read)
    {
        if (rejects.Count == 0) return;
        var total = Interlocked.Read(ref committed) + rejects.Count;
        var tooMany = limit.Count is { } count
            ? total > count
            : read >= EnoughForShare && total * 100m > limit.Percent!.Value * read;
        if (!tooMany) return;
        var first = rejects.MinBy(r => r.Record);
        throw Exceeded(file, total, $"the first: record {first.Record}, line {first.Line}: {first.Message}");
    }

    /// <summary>Throws when the share of rejects in all that was read is too large.</summary>
    public void CheckAtEnd(string file, long read)
    {
        if (limit.Percent is { } percent && committed * 100m > percent * read) throw Exceeded(file, committed, "see 'ingest rejects list'");
    }

    /// <summary>Counts rejects that were committed.</summary>
    public void Add(long rejects) => Interlocked.Add(ref committed, rejects);

    private RejectLimitException Exceeded(string file, long total, string detail) => new(
        $"{file}: {total} rejects are more than --max-rejects {limit} allows; {detail}; correct the file, or allow more and start again with --resume");
}
