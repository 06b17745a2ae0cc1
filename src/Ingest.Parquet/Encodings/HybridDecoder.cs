using System.Runtime.InteropServices;

namespace Ingest.Parquet.Encodings;

/// <summary>
/// Runs and bit-packed groups in turn (Encodings.md, "Run Length Encoding / Bit-Packing Hybrid"). A run may declare
/// any length: it is drawn from as values are asked for, so that nothing is allocated for it.
/// </summary>
internal struct HybridDecoder(ByteCursor data, int width)
{
    private ByteCursor data = data;
    private long runLeft;
    private int runValue;
    private bool isPacked;
    private int packedStart;
    private long packedIndex;

    /// <summary>Fills <paramref name="destination"/>; for widths up to 8.</summary>
    public void Read(Span<byte> destination, string inside)
    {
        while (destination.Length > 0)
        {
            if (runLeft == 0) NextRun(inside);
            var count = (int)Math.Min(runLeft, destination.Length);
            if (isPacked) BitUnpacker.Unpack(data.Array, packedStart, packedIndex, width, destination[..count]);
            else destination[..count].Fill((byte)runValue);
            Advance(count);
            destination = destination[count..];
        }
    }

    /// <summary>Fills <paramref name="destination"/>; for widths up to 32.</summary>
    public void Read(Span<int> destination, string inside)
    {
        while (destination.Length > 0)
        {
            if (runLeft == 0) NextRun(inside);
            var count = (int)Math.Min(runLeft, destination.Length);
            if (isPacked) BitUnpacker.Unpack(data.Array, packedStart, packedIndex, width, destination[..count]);
            else destination[..count].Fill(runValue);
            Advance(count);
            destination = destination[count..];
        }
    }

    /// <summary>
    /// The next run when it repeats one value: takes up to <paramref name="most"/> of them.
    /// </summary>
    /// <returns>How many, or 0 when the next values are bit-packed.</returns>
    public int TakeRepeated(int most, out int value, string inside)
    {
        if (runLeft == 0) NextRun(inside);
        value = runValue;
        if (isPacked) return 0;
        var count = (int)Math.Min(runLeft, most);
        Advance(count);
        return count;
    }

    /// <summary>Reads bit-packed values up to the end of their groups.</summary>
    /// <returns>How many were read.</returns>
    public int TakePacked(Span<int> destination)
    {
        var count = (int)Math.Min(runLeft, destination.Length);
        BitUnpacker.Unpack(data.Array, packedStart, packedIndex, width, destination[..count]);
        Advance(count);
        return count;
    }

    private void Advance(int count)
    {
        runLeft -= count;
        packedIndex += count;
    }

    private void NextRun(string inside)
    {
        var header = data.ReadVarint(inside);
        if (header > uint.MaxValue) throw ParquetErrors.Corrupt($"a run of {header >> 1} values in {inside}");
        isPacked = (header & 1) != 0;
        if (isPacked) NextGroups((long)(header >> 1), inside);
        else NextRepeated((long)(header >> 1), inside);
        if (runLeft == 0) throw ParquetErrors.Corrupt($"an empty run in {inside}");
    }

    private void NextGroups(long groups, string inside)
    {
        runLeft = groups * 8;
        packedIndex = 0;
        packedStart = data.Position;
        if (width == 0)
        {
            // A last group that is not full may be packed, but repeats are runs: more groups of nothing are a
            // forgery or a broken writer (parquet-testing, ARROW-GH-43605).
            if (groups > 1) throw ParquetErrors.Corrupt($"a bit-packed run of {groups * 8} values with no bits in {inside}");
            return;
        }
        var bytes = groups * width;
        if (bytes > data.Remaining)
        {
            // Some writers cut the padding of the last group: what is there is valid.
            bytes = data.Remaining;
            runLeft = bytes * 8 / width;
            if (runLeft == 0) throw ParquetErrors.Ends(inside);
        }
        data.Position += (int)bytes;
    }

    private void NextRepeated(long count, string inside)
    {
        runLeft = count;
        Span<byte> value = stackalloc byte[4];
        value.Clear();
        data.Take((width + 7) / 8, inside).CopyTo(value);
        runValue = MemoryMarshal.Read<int>(value);
        if (width < 32 && (uint)runValue >> width != 0)
            throw ParquetErrors.Corrupt($"a run of {inside} repeats a value of more than {width} bits");
    }
}
