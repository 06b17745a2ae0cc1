using System.Buffers.Binary;

namespace Ingest.Parquet.Encodings;

/// <summary>The header of a run of the hybrid encoding (Encodings.md, "Run Length Encoding / Bit-Packing Hybrid"): what kind it is, and how long.</summary>
/// <param name="IsPacked">Whether bit-packed groups follow; else one value that repeats.</param>
/// <param name="Count">The number of groups of eight values, or of repeats.</param>
internal readonly record struct RunHeader(bool IsPacked, long Count)
{
    /// <summary>Reads a header.</summary>
    /// <param name="header">The number that it is.</param>
    /// <param name="width">The bits of a value.</param>
    /// <param name="inside">What is read, for messages.</param>
    /// <exception cref="ParquetException">No run is like that.</exception>
    public static RunHeader Of(ulong header, int width, string inside)
    {
        var run = new RunHeader((header & 1) != 0, (long)(header >> 1));
        if (header > uint.MaxValue) throw ParquetErrors.Corrupt($"a run of {run.Count} values in {inside}");
        if (run.Count == 0) throw ParquetErrors.Corrupt($"an empty run in {inside}");
        // A last group that is not full may be packed, but repeats are runs: more groups of nothing are a
        // forgery or a broken writer (parquet-testing, ARROW-GH-43605).
        if (run.IsPacked && width == 0 && run.Count > 1) throw ParquetErrors.Corrupt($"a bit-packed run of {run.Count * 8} values with no bits in {inside}");
        return run;
    }

    /// <summary>The value that a run repeats.</summary>
    /// <param name="stored">As many whole bytes as its bits need, little-endian.</param>
    /// <param name="width">Its bits.</param>
    /// <param name="inside">What is read, for messages.</param>
    /// <exception cref="ParquetException">It has more bits.</exception>
    public static int Repeated(ReadOnlySpan<byte> stored, int width, string inside)
    {
        Span<byte> whole = stackalloc byte[4];
        whole.Clear();
        stored.CopyTo(whole);
        var value = BinaryPrimitives.ReadInt32LittleEndian(whole);
        if (width < 32 && (uint)value >> width != 0) throw ParquetErrors.Corrupt($"a run of {inside} repeats a value of more than {width} bits");
        return value;
    }
}
