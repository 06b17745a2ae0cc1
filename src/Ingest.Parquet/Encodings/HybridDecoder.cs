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
        var run = RunHeader.Of(data.ReadVarint(inside), width, inside);
        isPacked = run.IsPacked;
        if (isPacked)
        {
            NextGroups(run.Count, inside);
            return;
        }
        runLeft = run.Count;
        runValue = RunHeader.Repeated(data.Take((width + 7) / 8, inside), width, inside);
    }

    private void NextGroups(long groups, string inside)
    {
        runLeft = groups * 8;
        packedIndex = 0;
        packedStart = data.Position;
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
}
