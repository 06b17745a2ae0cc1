using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Ingest.Buffers;

namespace Ingest.Lanes;

/// <summary>The rows and rejects of one block that go to one lane, in source order.</summary>
internal sealed class Segment : IDisposable
{
    private List<RejectedRecord>? rejects;
    private List<Correction>? corrections;
    private FirstPieces first;
    private List<Piece>? others;
    private int pieceCount;
    private Chunk places = Chunk.Empty;
    private int mostRows;
    private Chunk current = Chunk.Empty;
    private int room;
    private int total;
    private bool hasBlock = true;

    /// <summary>An empty segment.</summary>
    /// <param name="block">The block that the rows come from; kept until the segment is disposed.</param>
    public Segment(RecordBlock block)
    {
        block.Retain();
        Block = block;
    }

    /// <summary>The block that the rows come from.</summary>
    public RecordBlock Block { get; }

    /// <summary>Whether it got neither a row nor a reject.</summary>
    public bool IsEmpty => Count == 0 && rejects is null;

    /// <summary>The part of the block's memory that this segment answers for, once it is sealed.</summary>
    public int BlockShare { get; private set; }

    /// <summary>The memory that it keeps: rows, their places and its part of the block.</summary>
    public long RetainedBytes => total + (Count * Unsafe.SizeOf<RowRef>()) + BlockShare;

    /// <summary>The rows' places.</summary>
    public ReadOnlySpan<RowRef> Rows => MemoryMarshal.Cast<byte, RowRef>(places.Span)[..Count];

    /// <summary>The number of rows.</summary>
    public int Count { get; private set; }

    /// <summary>The records that did not convert.</summary>
    public IReadOnlyList<RejectedRecord> Rejects => rejects ?? (IReadOnlyList<RejectedRecord>)[];

    /// <summary>What the records of a replay correct.</summary>
    public IReadOnlyList<Correction> Corrections => corrections ?? (IReadOnlyList<Correction>)[];

    /// <summary>Adds a row in COPY's binary format.</summary>
    public void AddRow(ReadOnlySpan<byte> row, ulong keyHash, int ordinal, int rawStart, int rawLength)
    {
        if (room < row.Length) NextChunk(row.Length);
        row.CopyTo(current.Span[^room..]);
        room -= row.Length;
        total += row.Length;
        if (Count == mostRows) GrowPlaces();
        MemoryMarshal.Cast<byte, RowRef>(places.Span)[Count++] = new(keyHash, ordinal, total, rawStart, rawLength);
    }

    /// <summary>
    /// Ends the filling. A segment that got nothing lets go of its block at once: its lane may wait long for more, and one
    /// record can make a block of many megabytes.
    /// </summary>
    /// <param name="sharers">How many segments keep the block.</param>
    public void Seal(int sharers)
    {
        if (IsEmpty) ReleaseBlock();
        else BlockShare = Block.RetainedBytes / sharers;
    }

    /// <summary>Adds a record that did not convert.</summary>
    public void AddReject(RejectedRecord reject) => (rejects ??= []).Add(reject);

    /// <summary>Notes what a record corrects.</summary>
    public void AddCorrection(int ordinal, long reject) => (corrections ??= []).Add(new(ordinal, reject));

    /// <summary>The size of the rows from <paramref name="first"/> up to, without, <paramref name="last"/>.</summary>
    public int SizeOf(int first, int last) => Offset(last) - Offset(first);

    /// <summary>The bytes of the rows from <paramref name="first"/> up to, without, <paramref name="last"/>, in pieces.</summary>
    public Pieces BytesOf(int first, int last) => new(this, Offset(first), Offset(last));

    /// <summary>Ends this segment's use of its block and gives the buffers back.</summary>
    public void Dispose()
    {
        for (var i = 0; i < pieceCount; i++) ChunkPool.Return(PieceAt(i).Chunk);
        first = default;
        others = null;
        pieceCount = 0;
        ChunkPool.Return(places);
        places = current = Chunk.Empty;
        Count = mostRows = room = 0;
        ReleaseBlock();
    }

    private void ReleaseBlock()
    {
        if (hasBlock) Block.Release();
        hasBlock = false;
    }

    private int Offset(int row) => row == 0 ? 0 : Rows[row - 1].End;

    private void NextChunk(int size)
    {
        current = ChunkPool.Rent(Math.Max(size, ChunkPool.RowsChunk));
        room = current.Length;
        if (pieceCount < FirstPieces.Length) first[pieceCount] = new(current, total);
        else (others ??= []).Add(new(current, total));
        pieceCount++;
    }

    private void GrowPlaces()
    {
        var larger = ChunkPool.Rent(Math.Max(ChunkPool.FirstPlacesChunk, places.Length * 2));
        places.Span.CopyTo(larger.Span);
        ChunkPool.Return(places);
        places = larger;
        mostRows = larger.Length / Unsafe.SizeOf<RowRef>();
    }

    private Piece PieceAt(int i) => i < FirstPieces.Length ? first[i] : others![i - FirstPieces.Length];

    /// <summary>A chunk of rows and the offset of its first one.</summary>
    private readonly record struct Piece(Chunk Chunk, int Offset);

    /// <summary>As many as the usual rows of a block need; an array of their own would be garbage for each segment.</summary>
    [InlineArray(Length)]
    private struct FirstPieces
    {
        public const int Length = 3;

        private Piece piece;
    }

    /// <summary>The bytes from one offset to another, chunk by chunk; an enumerator that costs no garbage, since there is one for each slice.</summary>
    public struct Pieces(Segment segment, int from, int to)
    {
        private int next;

        /// <summary>The current piece.</summary>
        public ReadOnlyMemory<byte> Current { get; private set; }

        /// <summary>Itself, for foreach.</summary>
        public readonly Pieces GetEnumerator() => this;

        /// <summary>Goes to the next piece.</summary>
        public bool MoveNext()
        {
            while (next < segment.pieceCount)
            {
                var (chunk, start) = segment.PieceAt(next++);
                var end = next < segment.pieceCount ? segment.PieceAt(next).Offset : segment.total;
                if (end <= from || start >= to) continue;
                Current = chunk.Memory[Math.Max(from - start, 0)..(Math.Min(to, end) - start)];
                return true;
            }
            return false;
        }
    }
}
