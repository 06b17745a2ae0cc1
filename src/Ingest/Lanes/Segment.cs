using System.Buffers;
using Ingest.Convert;

namespace Ingest.Lanes;

/// <summary>The rows and rejects of one block that go to one lane, in source order.</summary>
internal sealed class Segment : IDisposable
{
    private readonly List<RejectedRecord> rejects = [];
    private RowRef[] rows;

    /// <summary>An empty segment.</summary>
    /// <param name="block">The block that the rows come from; kept until the segment is disposed.</param>
    /// <param name="lanes">The number of segments that share the block.</param>
    /// <param name="capacity">The expected size of the rows in bytes.</param>
    public Segment(RecordBlock block, int lanes, int capacity)
    {
        block.Retain();
        BlockShare = block.RetainedBytes / lanes;
        Block = block;
        Bytes = new RowBuffer(capacity);
        rows = ArrayPool<RowRef>.Shared.Rent(Math.Max(capacity / 64, 16));
    }

    /// <summary>The block that the rows come from.</summary>
    public RecordBlock Block { get; }

    /// <summary>The rows in COPY's binary format, one after the other.</summary>
    public RowBuffer Bytes { get; }

    /// <summary>The rows' places.</summary>
    public ReadOnlySpan<RowRef> Rows => rows.AsSpan(0, Count);

    /// <summary>The number of rows.</summary>
    public int Count { get; private set; }

    /// <summary>The records that did not convert.</summary>
    public IReadOnlyList<RejectedRecord> Rejects => rejects;

    /// <summary>The part of the block's memory that this segment answers for.</summary>
    public int BlockShare { get; }

    /// <summary>Takes the bytes appended since the last row as a row.</summary>
    public void AddRow(ulong keyHash, int ordinal, int rawStart, int rawLength)
    {
        if (Count == rows.Length)
        {
            var larger = ArrayPool<RowRef>.Shared.Rent(rows.Length * 2);
            rows.AsSpan().CopyTo(larger);
            ArrayPool<RowRef>.Shared.Return(rows);
            rows = larger;
        }
        rows[Count++] = new(keyHash, ordinal, Bytes.Length, rawStart, rawLength);
    }

    /// <summary>Adds a record that did not convert.</summary>
    public void AddReject(RejectedRecord reject) => rejects.Add(reject);

    /// <summary>The bytes of the rows from <paramref name="first"/> up to, without, <paramref name="last"/>.</summary>
    public ReadOnlyMemory<byte> BytesOf(int first, int last)
    {
        var start = first == 0 ? 0 : rows[first - 1].End;
        return Bytes.WrittenMemory[start..(last == 0 ? 0 : rows[last - 1].End)];
    }

    /// <summary>Ends this segment's use of its block and gives the buffers back.</summary>
    public void Dispose()
    {
        if (rows.Length == 0) return;
        ArrayPool<RowRef>.Shared.Return(rows);
        rows = [];
        Count = 0;
        Bytes.Dispose();
        Block.Release();
    }
}
