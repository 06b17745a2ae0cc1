using Ingest.Manifest;

namespace Ingest.Lanes;

/// <summary>Counts the rejects of a run over all lanes and ends it when there are too many.</summary>
/// <param name="limit">How many there may be.</param>
/// <param name="mode">The load mode: to append a corrected file from its start would double what is loaded.</param>
internal sealed class RejectBudget(RejectLimit limit, LoadMode mode)
{
    /// <summary>A share says nothing until this many records were read.</summary>
    private const int EnoughForShare = 10_000;

    private long count;
    private long read;

    /// <summary>Counts rejects that are about to be committed, or throws and counts none when they would pass the limit.</summary>
    /// <param name="file">The file, for the message.</param>
    /// <param name="rejects">Its rejects, for the message.</param>
    /// <param name="more">How many to count.</param>
    public void Take(string file, IReadOnlyList<NewReject> rejects, long more)
    {
        var total = Interlocked.Add(ref count, more);
        if (!IsTooMany(total, EnoughForShare)) return;
        Interlocked.Add(ref count, -more);
        var first = rejects.MinBy(r => r.Record);
        throw Exceeded(file, total, $"the first: record {first.Record}{(first.Line > 0 ? $", line {first.Line}" : "")}: {first.Message}");
    }

    /// <summary>Throws when there are too many rejects in all that was read so far.</summary>
    public void CheckAtEnd(string file)
    {
        var total = Interlocked.Read(ref count);
        if (IsTooMany(total, 0)) throw Exceeded(file, total, "see 'ingest rejects list'");
    }

    /// <summary>Counts rejects that an earlier run has committed, or, where negative, takes back what was counted.</summary>
    public void Add(long rejects) => Interlocked.Add(ref count, rejects);

    /// <summary>Counts records that were read: the share is of all files of the run, as the rejects are.</summary>
    public void AddRead(long records) => Interlocked.Add(ref read, records);

    private bool IsTooMany(long rejects, long enough)
    {
        var records = Interlocked.Read(ref read);
        return !limit.Allows(rejects, records) && (limit.Percent is null || records >= enough);
    }

    private RejectLimitException Exceeded(string file, long total, string detail) => new(
        $"{file}: rejects so far: {total}, more than --max-rejects {limit} allows; {detail}; allow more and start again with --resume, then correct the rejects and replay them ('ingest rejects'){(mode == LoadMode.Append ? "" : ", or correct the file and load it with --restart")}");
}
