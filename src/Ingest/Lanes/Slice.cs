using System.Runtime.CompilerServices;

namespace Ingest.Lanes;

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

    /// <summary>The number in the file of the first record, for messages.</summary>
    public long FirstRecord
    {
        get
        {
            var row = RowCount > 0 ? Segment.Rows[FirstRow].Ordinal : int.MaxValue;
            var reject = FirstReject < LastReject ? Segment.Rejects[FirstReject].Ordinal : int.MaxValue;
            return Math.Min(Segment.Block.Start.Record + 1 + Math.Min(row, reject), LastRecord);
        }
    }

    /// <summary>The rows' bytes, in pieces.</summary>
    public Segment.Pieces Bytes => Segment.BytesOf(FirstRow, LastRow);

    /// <summary>The memory it keeps, with the copies that its rejects will need; the share of the block counts where the segment ends.</summary>
    public long RetainedBytes => RowBytes + (RowCount * Unsafe.SizeOf<RowRef>()) + RejectedBytes + (EndsSegment ? Segment.BlockShare : 0);

    /// <summary>The size of the rows.</summary>
    public int RowBytes => Segment.SizeOf(FirstRow, LastRow);

    /// <summary>The text of the records that did not convert.</summary>
    public long RejectedBytes
    {
        get
        {
            var sum = 0L;
            for (var i = FirstReject; i < LastReject; i++) sum += Segment.Rejects[i].RawLength;
            return sum;
        }
    }
}
