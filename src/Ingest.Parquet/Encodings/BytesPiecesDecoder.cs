using System.Buffers.Binary;
using Ingest.Parquet.Codecs;
using Ingest.Parquet.Pages;
using Ingest.Parquet.Vectors;

namespace Ingest.Parquet.Encodings;

/// <summary>
/// PLAIN byte arrays of a page that is decompressed in pieces: each piece is a buffer that its values stay in, and a
/// value that a piece would cut moves on to the next.
/// </summary>
/// <param name="page">The page.</param>
/// <param name="fixedLength">The length of all values, or 0 where each has a 32-bit length before it.</param>
/// <param name="memory">What its column holds.</param>
internal sealed class BytesPiecesDecoder(PageStream page, int fixedLength, PageMemory memory) : ValueDecoder<ByteRange>
{
    private const int PieceBytes = 128 << 10;
    private const string Inside = "the values of a page";

    private PageBuffer? piece;
    private int position;
    private int end;

    public override void Read(Span<ByteRange> destination, BufferList buffers)
    {
        if (destination.Length == 0) return;
        var buffer = -1;
        if (piece is not null && position < end)
        {
            memory.TakeForSlice(piece.Length);
            buffer = buffers.Add(piece);
        }
        for (var i = 0; i < destination.Length; i++)
        {
            var length = fixedLength;
            if (length == 0)
            {
                if (end - position < sizeof(int) || buffer < 0) Load(sizeof(int), buffers, ref buffer);
                length = BinaryPrimitives.ReadInt32LittleEndian(piece!.Array.AsSpan(position));
                position += sizeof(int);
            }
            if ((uint)length > (uint)(end - position) || buffer < 0) Load(length, buffers, ref buffer);
            destination[i] = new ByteRange(buffer, position, length);
            position += length;
        }
    }

    public override void Release()
    {
        piece?.Release();
        piece = null;
        position = end = 0;
    }

    /// <summary>Makes the next bytes lie in one piece.</summary>
    private void Load(int count, BufferList buffers, ref int buffer)
    {
        var held = end - position;
        if ((uint)count > (uint)(held + page.Remaining)) throw ParquetErrors.Ends(Inside);
        if (piece is null || piece.Length - position < count || held == 0)
        {
            // Not more than the rest of the page: a forged one must not take more memory than it has bytes.
            var bytes = Math.Max(count, Math.Min(PieceBytes, held + page.Remaining));
            memory.TakeForSlice(bytes);
            var next = new PageBuffer(bytes);
            piece?.Span[position..end].CopyTo(next.Span);
            piece?.Release();
            piece = next;
            (position, end) = (0, held);
        }
        buffer = buffers.Add(piece);
        var more = Math.Min(piece.Length - end, page.Remaining);
        page.Read(piece.Span.Slice(end, more), Inside);
        end += more;
    }
}
