using System.Runtime.InteropServices;
using Ingest.Manifest;

namespace Ingest.Lanes;

/// <summary>What a batch has of one file: consecutive slices of its segments.</summary>
/// <param name="file">The file.</param>
/// <param name="slices">The slices of the batch; those of this part are the next ones.</param>
/// <param name="firstRow">The number in the batch of its first row.</param>
internal sealed class BatchPart(FileLoad file, List<Slice> slices, int firstRow)
{
    private readonly int firstSlice = slices.Count;
    private int sliceCount;
    private Slice last;
    private RestartPoint? end;

    /// <summary>The file.</summary>
    public FileLoad File => file;

    /// <summary>The slices in source order.</summary>
    public ReadOnlySpan<Slice> Slices => CollectionsMarshal.AsSpan(slices).Slice(firstSlice, sliceCount);

    /// <summary>The number in the batch of the first row.</summary>
    public int FirstRow => firstRow;

    /// <summary>The number of converted rows.</summary>
    public int Rows { get; private set; }

    /// <summary>The number of records that did not convert.</summary>
    public int Rejects { get; private set; }

    /// <summary>The first record, for messages.</summary>
    public long FirstRecord { get; private set; }

    /// <summary>The last record whose fate is decided here.</summary>
    public long LastRecord { get; private set; }

    /// <summary>Whether the file ends here.</summary>
    public bool EndsFile => end is not null;

    /// <summary>Where reading may go on after this; hashes a part of a block, so it is asked for once per commit.</summary>
    public RestartPoint Restart => end ?? (last.EndsSegment
        ? last.Segment.Block.End
        : last.Segment.Block.PointAt(last.RawEnd, (int)(last.LastRecord - last.Segment.Block.Start.Record)));

    /// <summary>Takes the slice that was added to the batch.</summary>
    public void Add(Slice slice)
    {
        sliceCount++;
        Rows += slice.RowCount;
        Rejects += slice.LastReject - slice.FirstReject;
        if (FirstRecord == 0) FirstRecord = slice.FirstRecord;
        LastRecord = slice.LastRecord;
        last = slice;
    }

    /// <summary>Forgets the slices, which are let go; what they came to stays.</summary>
    public void LetGo() => sliceCount = 0;

    /// <summary>Notes that the file ends.</summary>
    public void End(RestartPoint point)
    {
        LastRecord = point.Record;
        end = point;
    }

    /// <summary>The number of records of a replay that stay as they are.</summary>
    public int CountLeftOut()
    {
        var count = 0;
        foreach (var slice in Slices)
        {
            for (var i = slice.FirstReject; i < slice.LastReject; i++) count += slice.Segment.Rejects[i].IsLeftOut ? 1 : 0;
        }
        return count;
    }

    /// <summary>The rejects that the records correct, of a replay.</summary>
    /// <param name="committed">The last record that was committed before.</param>
    public HashSet<long> Corrected(long committed)
    {
        var rejects = new HashSet<long>();
        foreach (var slice in Slices)
        {
            var before = slice.Segment.Block.Start.Record + 1;
            rejects.UnionWith(slice.Segment.Corrections.Where(c => before + c.Ordinal > committed && before + c.Ordinal <= LastRecord).Select(c => c.Reject));
        }
        return rejects;
    }

    /// <summary>The watermark of a lane once this is committed.</summary>
    /// <param name="before">The lane's watermark so far.</param>
    /// <param name="counts">What becomes of the records.</param>
    public Watermark Mark(Watermark before, LoadCounts counts)
    {
        // A resume reads again what another lane lacks; until it passes this lane's watermark, that stays where it is.
        var (record, restart) = LastRecord > before.Record || EndsFile ? (LastRecord, Restart) : (before.Record, before.Restart);
        return new(record, restart, before.Counts + counts);
    }
}
