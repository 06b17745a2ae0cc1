using System.Runtime.InteropServices;

namespace Ingest.Parquet.Encodings;

/// <summary>
/// DELTA_BINARY_PACKED (Encodings.md): blocks of miniblocks of bit-packed differences. The header's counts are only
/// drawn from as values are asked for.
/// </summary>
internal sealed class DeltaBinaryDecoder
{
    // 32 values of any width end on a byte, and every miniblock is a multiple of 32 values.
    private const int Step = 32;
    private const int MaxMiniblocks = 1 << 16;
    private const string Inside = "delta-encoded values";

    private readonly int miniblocks;
    private readonly int valuesPerMiniblock;
    private readonly long[] batch = new long[Step];
    private ByteCursor data;
    private long left;
    private long last;
    private bool isFirst = true;
    private long minDelta;
    private int widthsStart;
    private int miniblock;
    private int leftInMiniblock;
    private int batchNext = Step;

    public DeltaBinaryDecoder(ByteCursor data)
    {
        this.data = data;
        var blockSize = this.data.ReadVarint(Inside);
        var count = this.data.ReadVarint(Inside);
        var total = this.data.ReadVarint(Inside);
        last = this.data.ReadZigZag(Inside);
        if (blockSize is 0 or > int.MaxValue || count is 0 or > MaxMiniblocks || blockSize % count != 0
            || blockSize / count % Step != 0 || total > int.MaxValue)
            throw ParquetErrors.Corrupt($"delta encoding with {total} values in blocks of {blockSize} and {count} miniblocks");
        miniblocks = (int)count;
        valuesPerMiniblock = (int)(blockSize / count);
        left = (long)total;
        miniblock = miniblocks;
    }

    /// <summary>Fills <paramref name="destination"/> with the next values.</summary>
    public void Read(Span<long> destination)
    {
        Begin(destination.Length);
        var i = 0;
        if (isFirst && destination.Length > 0) destination[i++] = First();
        while (i < destination.Length)
        {
            if (batchNext == Step) NextBatch();
            var count = Math.Min(Step - batchNext, destination.Length - i);
            var value = last;
            for (var k = 0; k < count; k++)
            {
                value += batch[batchNext + k];
                destination[i + k] = value;
            }
            Advance(value, count, ref i);
        }
    }

    /// <summary>Fills <paramref name="destination"/> with the next values, which wrap around at 32 bits.</summary>
    public void Read(Span<int> destination)
    {
        Begin(destination.Length);
        var i = 0;
        if (isFirst && destination.Length > 0) destination[i++] = (int)First();
        while (i < destination.Length)
        {
            if (batchNext == Step) NextBatch();
            var count = Math.Min(Step - batchNext, destination.Length - i);
            var value = last;
            for (var k = 0; k < count; k++)
            {
                value += batch[batchNext + k];
                destination[i + k] = (int)value;
            }
            Advance(value, count, ref i);
        }
    }

    /// <summary>
    /// Where the blocks end, found by walking over them without unpacking. For a decoder of which nothing was read.
    /// </summary>
    public int FindEnd()
    {
        var walk = data;
        for (var values = left - 1; values > 0;)
        {
            walk.ReadZigZag(Inside);
            var widths = walk.Take(miniblocks, Inside);
            for (var i = 0; i < miniblocks && values > 0; i++, values -= valuesPerMiniblock)
                walk.Position += Size(widths[i], walk.Remaining);
        }
        return walk.Position;
    }

    private void Begin(int count)
    {
        if (count > left) throw ParquetErrors.Corrupt($"{count} delta-encoded values are wanted where {left} are left");
        left -= count;
    }

    private long First()
    {
        isFirst = false;
        return last;
    }

    private void Advance(long value, int count, ref int done)
    {
        last = value;
        batchNext += count;
        done += count;
    }

    private void NextBatch()
    {
        if (leftInMiniblock == 0) NextMiniblock();
        var width = data.Array[widthsStart + miniblock];
        BitUnpacker.Unpack(data.Array, data.Position, width, MemoryMarshal.Cast<long, ulong>(batch.AsSpan()));
        foreach (ref var delta in batch.AsSpan()) delta += minDelta;
        data.Position += width * (Step / 8);
        leftInMiniblock -= Step;
        batchNext = 0;
    }

    private void NextMiniblock()
    {
        if (++miniblock >= miniblocks)
        {
            minDelta = data.ReadZigZag(Inside);
            widthsStart = data.Position;
            data.Take(miniblocks, Inside);
            miniblock = 0;
        }
        Size(data.Array[widthsStart + miniblock], data.Remaining);
        leftInMiniblock = valuesPerMiniblock;
    }

    private int Size(byte width, int remaining)
    {
        if (width > 64) throw ParquetErrors.Corrupt($"delta-encoded values of {width} bits");
        var bytes = (long)width * (valuesPerMiniblock / 8);
        if (bytes > remaining) throw ParquetErrors.Ends(Inside);
        return (int)bytes;
    }
}
