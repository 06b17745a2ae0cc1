using Ingest.Parquet.Pages;
using Ingest.Parquet.Vectors;

namespace Ingest.Parquet.Codecs;

/// <summary>
/// Snappy a piece at a time. Its encoders look back over 64 KiB at most, and that much is kept of what was decoded; the
/// format lets a copy reach back further, and a page with such a copy is decompressed as a whole after all.
/// </summary>
internal sealed class SnappyStream(SnappyCodec codec, ChunkWindow input, int length) : PageStream(input, length)
{
    private const int History = 64 << 10;
    private const int Piece = 64 << 10;

    // The longest element without its literal's bytes.
    private const int LongestElement = 5;

    private SnappyDecoder decoder;
    private byte[] buffer = BufferPool<byte>.Shared.Rent(History + Piece);
    private byte[]? whole;
    private int from;
    private int to;
    private int decoded;

    /// <inheritdoc/>
    public override void Dispose()
    {
        if (buffer.Length > 0) BufferPool<byte>.Shared.Return(buffer);
        buffer = [];
        if (whole is not null) Input.Memory.Give(Length);
        whole = null;
        base.Dispose();
    }

    protected override int ReadSome(Span<byte> destination)
    {
        if (whole is null && from == to) Decode();
        var available = whole is null ? buffer.AsSpan(from, to - from) : whole.AsSpan(Length - Remaining);
        var count = Math.Min(available.Length, destination.Length);
        available[..count].CopyTo(destination);
        from += whole is null ? count : 0;
        return count;
    }

    protected override void CheckEnd()
    {
        if (whole is not null) return;
        int used = 0, written = to;
        var stop = decoder.Run(Input.Peek(1), ref used, buffer.AsSpan(0, to), ref written);
        if (stop != SnappyStop.End) throw codec.Fault(stop);
    }

    private void Decode()
    {
        while (from == to)
        {
            if (buffer.Length - to < Piece / 2) Slide();
            var source = Input.Peek(LongestElement);
            var used = 0;
            // Room for no more than the page has, so that a longer one is told.
            var room = buffer.AsSpan(0, Math.Min(buffer.Length, to + Length - decoded));
            var stop = decoder.Run(source, ref used, room, ref to);
            decoded += to - from;
            var isAll = source.Length - used == Input.Remaining - used;
            Input.Advance(used);
            if (to > from) return;
            if (stop == SnappyStop.History && decoded > to) DecodeWhole();
            else if (stop is SnappyStop.History or SnappyStop.Room) throw codec.Fault(stop);
            else if (isAll) throw stop == SnappyStop.End ? ParquetErrors.Size(codec.Name, Length, decoded) : codec.Fault(stop);
            if (whole is not null) return;
        }
    }

    private void Slide()
    {
        var kept = Math.Min(to, History);
        buffer.AsSpan(to - kept, kept).CopyTo(buffer);
        from = to = kept;
    }

    private void DecodeWhole()
    {
        Input.Rewind();
        Input.Memory.Take(Length);
        var compressed = GC.AllocateUninitializedArray<byte>((int)Input.Remaining);
        Input.Read(compressed);
        whole = GC.AllocateUninitializedArray<byte>(Length);
        codec.Decompress(compressed, whole);
    }
}
