using System.Buffers;

namespace Ingest.Lanes;

/// <summary>The rows and rejects of one block that go to one lane, in source order.</summary>
internal sealed class Segment : IDisposable
{
    private readonly List<RejectedRecord> rejects = [];
    private readonly List<Chunk> chunks = [];
    private RowRef[] rows = [];
    private byte[] current = [];
    private int used;
    private int total;
    private bool hasBlock = true;

    /// <summary>An empty segment.</summary>
    /// <param name="block">The block that the rows come from; kept until the segment is disposed.</param>
    /// <param name="lanes">The number of segments that share the block.</param>
    public Segment(RecordBlock block, int lanes)
    {
        block.Retain();
        BlockShare = block.RetainedBytes / lanes;
        Block = block;
    }

    /// <summary>The block that the rows come from.</summary>
    public RecordBlock Block { get; }

    /// <summary>The part of the block's memory that this segment answers for.</summary>
    public int BlockShare { get; private set; }

    /// <summary>The rows' places.</summary>
    public ReadOnlySpan<RowRef> Rows => rows.AsSpan(0, Count);

    /// <summary>The number of rows.</summary>
    public int Count { get; private set; }

    /// <summary>The records that did not convert.</summary>
    public IReadOnlyList<RejectedRecord> Rejects => rejects;

    /// <summary>Adds a row in COPY's binary format.</summary>
    public void AddRow(ReadOnlySpan<byte> row, ulong keyHash, int ordinal, int rawStart, int rawLength)
    {
        if (current.Length - used < row.Length) NextChunk(row.Length);
        row.CopyTo(current.AsSpan(used));
        used += row.Length;
        total += row.Length;
        if (Count == rows.Length) GrowRows();
        rows[Count++] = new(keyHash, ordinal, total, rawStart, rawLength);
    }

    /// <summary>
    /// Ends the filling. A segment that got nothing lets go of its block at once: its lane may wait long for more, and one
    /// record can make a block of many megabytes.
    /// </summary>
    public void Seal()
    {
        if (Count > 0 || rejects.Count > 0) return;
        BlockShare = 0;
        ReleaseBlock();
    }

    /// <summary>Adds a record that did not convert.</summary>
    public void AddReject(RejectedRecord reject) => rejects.Add(reject);

    /// <summary>The size of the rows from <paramref name="first"/> up to, without, <paramref name="last"/>.</summary>
    public int SizeOf(int first, int last) => Offset(last) - Offset(first);

    /// <summary>The bytes of the rows from <paramref name="first"/> up to, without, <paramref name="last"/>, in pieces.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> BytesOf(int first, int last)
    {
        var (from, to) = (Offset(first), Offset(last));
        for (var i = 0; i < chunks.Count; i++)
        {
            var start = chunks[i].Offset;
            var end = i + 1 < chunks.Count ? chunks[i + 1].Offset : total;
            if (end <= from || start >= to) continue;
            yield return chunks[i].Array.AsMemory(Math.Max(from - start, 0), Math.Min(to, end) - Math.Max(from, start));
        }
    }

    /// <summary>Ends this segment's use of its block and gives the buffers back.</summary>
    public void Dispose()
    {
        foreach (var chunk in chunks) ChunkPool.Rows.Return(chunk.Array);
        chunks.Clear();
        if (rows.Length > 0) ArrayPool<RowRef>.Shared.Return(rows);
        rows = [];
        current = [];
        Count = 0;
        ReleaseBlock();
    }

    private void ReleaseBlock()
    {
        if (hasBlock) Block.Release();
        hasBlock = false;
    }

    private int Offset(int row) => row == 0 ? 0 : rows[row - 1].End;

    private void NextChunk(int size)
    {
        current = ChunkPool.Rows.Rent(size);
        used = 0;
        chunks.Add(new(current, total));
    }

    private void GrowRows()
    {
        var larger = ArrayPool<RowRef>.Shared.Rent(Math.Max(rows.Length * 2, 512));
        rows.AsSpan(0, Count).CopyTo(larger);
        if (rows.Length > 0) ArrayPool<RowRef>.Shared.Return(rows);
        rows = larger;
    }

    private readonly record struct Chunk(byte[] Array, int Offset);
}
