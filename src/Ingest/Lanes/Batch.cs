using Ingest.Manifest;

namespace Ingest.Lanes;

/// <summary>
/// What a lane commits in one transaction: slices of the segments of one file, in source order. It keeps them until the
/// commit, so that a transient failure can replay them.
/// </summary>
internal sealed class Batch(FileLoad file)
{
    private readonly List<Slice> slices = [];
    private Slice last;
    private RestartPoint? end;

    /// <summary>The file.</summary>
    public FileLoad File { get; } = file;

    /// <summary>The slices in source order.</summary>
    public IReadOnlyList<Slice> Slices => slices;

    /// <summary>The number of converted rows.</summary>
    public int Rows { get; private set; }

    /// <summary>The number of records that did not convert.</summary>
    public int Rejects { get; private set; }

    /// <summary>The memory that the batch keeps.</summary>
    public long RetainedBytes { get; private set; }

    /// <summary>Whether nothing more may be added.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>Whether the file ends with this batch.</summary>
    public bool EndsFile { get; private set; }

    /// <summary>Whether a key may occur twice in it.</summary>
    public bool MayRepeat { get; set; }

    /// <summary>The last record whose fate this batch decides.</summary>
    public long LastRecord { get; private set; }

    /// <summary>Where reading may go on after this batch; hashes a part of a block, so it is asked for once per commit.</summary>
    public RestartPoint Restart => end ?? (last.EndsSegment
        ? last.Segment.Block.End
        : last.Segment.Block.PointAt(last.RawEnd, (int)(last.LastRecord - last.Segment.Block.Start.Record)));

    /// <summary>The first record of the batch, for messages.</summary>
    public long FirstRecord { get; private set; }

    /// <summary>Adds a slice.</summary>
    public void Add(Slice slice)
    {
        slices.Add(slice);
        Rows += slice.RowCount;
        Rejects += slice.LastReject - slice.FirstReject;
        RetainedBytes += slice.RetainedBytes;
        if (FirstRecord == 0) FirstRecord = slice.Segment.Block.Start.Record + 1;
        LastRecord = slice.LastRecord;
        last = slice;
    }

    /// <summary>Whether it was closed because a key occurred again.</summary>
    public bool EndedAtRepeat { get; private set; }

    /// <summary>Closes the batch.</summary>
    public void Close() => IsClosed = true;

    /// <summary>Closes the batch before a key that occurs again.</summary>
    public void CloseAtRepeat() => EndedAtRepeat = IsClosed = true;

    /// <summary>Closes the batch at the end of its file.</summary>
    public void CloseAtEnd(RestartPoint end)
    {
        LastRecord = end.Record;
        this.end = end;
        EndsFile = true;
        IsClosed = true;
    }

    /// <summary>The place of a row by its number in the batch.</summary>
    public (Slice Slice, int Row) Locate(int index)
    {
        foreach (var slice in slices)
        {
            if (index < slice.RowCount) return (slice, slice.FirstRow + index);
            index -= slice.RowCount;
        }
        throw new ArgumentOutOfRangeException(nameof(index));
    }

    /// <summary>Gives back the segments that this batch has used up.</summary>
    public void Release()
    {
        foreach (var slice in slices)
        {
            if (slice.EndsSegment) slice.Segment.Dispose();
        }
        slices.Clear();
    }
}

/// <summary>A stretch of a segment.</summary>
/// <param name="Segment">The segment.</param>
/// <param name="FirstRow">The first row.</param>
/// <param name="LastRow">One past the last row.</param>
/// <param name="FirstReject">The first reject.</param>
/// <param name="LastReject">One past the last reject.</param>
/// <param name="LastRecord">The last record that the stretch covers.</param>
/// <param name="RawEnd">Where the next record of the lane starts in the block, unless the segment ends.</param>
/// <param name="EndsSegment">Whether the segment ends with it.</param>
internal readonly record struct Slice(
    Segment Segment,
    int FirstRow,
    int LastRow,
    int FirstReject,
    int LastReject,
    long LastRecord,
    int RawEnd,
    bool EndsSegment)
{
    /// <summary>The number of rows.</summary>
    public int RowCount => LastRow - FirstRow;

    /// <summary>The rows' bytes, in pieces.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> Bytes => Segment.BytesOf(FirstRow, LastRow);

    /// <summary>The memory it keeps, with the copies that its rejects will need; the share of the block counts where the segment ends.</summary>
    public long RetainedBytes => Segment.SizeOf(FirstRow, LastRow) + (RowCount * 32) + RejectedBytes + (EndsSegment ? Segment.BlockShare : 0);

    private long RejectedBytes
    {
        get
        {
            var sum = 0L;
            for (var i = FirstReject; i < LastReject; i++) sum += Segment.Rejects[i].RawLength;
            return sum;
        }
    }
}
