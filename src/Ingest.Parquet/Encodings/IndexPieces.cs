using Ingest.Parquet.Codecs;
using Ingest.Parquet.Vectors;

namespace Ingest.Parquet.Encodings;

/// <summary>The indices of a page that is decompressed in pieces. The same runs as those of <see cref="HybridDecoder"/>.</summary>
internal struct IndexPieces(PageStream page) : IIndexRuns
{
    // 1024 values at once.
    private const int MaxGroups = 128;

    private readonly byte[] packed = new byte[(MaxGroups * 32) + PageBuffer.Slack];
    private readonly int[] values = new int[MaxGroups * 8];
    private int width = -1;
    private int next;
    private int unpacked;
    private long groupsLeft;
    private long repeatedLeft;
    private int repeated;

    public int TakeRepeated(int most, out int value)
    {
        if (width < 0) width = IndexRuns.CheckWidth(ReadByte());
        if (next == unpacked && groupsLeft == 0 && repeatedLeft == 0) NextRun();
        value = repeated;
        var count = (int)Math.Min(repeatedLeft, most);
        repeatedLeft -= count;
        return count;
    }

    public int TakePacked(Span<int> destination)
    {
        if (next == unpacked) Unpack();
        var count = Math.Min(unpacked - next, destination.Length);
        values.AsSpan(next, count).CopyTo(destination);
        next += count;
        return count;
    }

    private void NextRun()
    {
        var run = RunHeader.Of(ReadVarint(), width, IndexRuns.Inside);
        if (run.IsPacked)
        {
            groupsLeft = run.Count;
            return;
        }
        Span<byte> value = stackalloc byte[(width + 7) / 8];
        page.Read(value, IndexRuns.Inside);
        repeated = RunHeader.Repeated(value, width, IndexRuns.Inside);
        repeatedLeft = run.Count;
    }

    private void Unpack()
    {
        var groups = (int)Math.Min(groupsLeft, MaxGroups);
        var bytes = groups * width;
        (next, unpacked) = (0, groups * 8);
        groupsLeft -= groups;
        if (bytes > page.Remaining)
        {
            // Some writers cut the padding of the last group: what is there is valid.
            bytes = page.Remaining;
            (unpacked, groupsLeft) = (bytes * 8 / width, 0);
            if (unpacked == 0) throw ParquetErrors.Ends(IndexRuns.Inside);
        }
        page.Read(packed.AsSpan(0, bytes), IndexRuns.Inside);
        BitUnpacker.Unpack(packed, 0, 0, width, values.AsSpan(0, unpacked));
    }

    private readonly ulong ReadVarint()
    {
        var value = 0UL;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var next = ReadByte();
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80) return value;
        }
        throw ParquetErrors.Corrupt($"a number of more than 64 bits in {IndexRuns.Inside}");
    }

    private readonly byte ReadByte()
    {
        Span<byte> one = stackalloc byte[1];
        page.Read(one, IndexRuns.Inside);
        return one[0];
    }
}
