using System.Buffers.Binary;
using Ingest.Parquet.Metadata;
using Ingest.Parquet.Schema;

namespace Ingest.Parquet.Tests.Writing;

/// <summary>
/// Writes values and levels in every encoding, straight from Encodings.md and one value at a time. A value is its
/// PLAIN bytes without a length.
/// </summary>
internal static class Encoders
{
    public static byte[] Values(PageEncoding encoding, PhysicalType type, IReadOnlyList<byte[]> values) => encoding switch
    {
        PageEncoding.Plain => Plain(type, values),
        PageEncoding.Rle => Prefixed(Hybrid(values.Select(v => (int)v[0]).ToArray(), 1)),
        PageEncoding.DeltaBinaryPacked => Delta(values.Select(Integer).ToArray(), type == PhysicalType.Int32),
        PageEncoding.DeltaLengthByteArray =>
            [.. Delta(values.Select(v => (long)v.Length).ToArray(), true), .. values.SelectMany(v => v)],
        PageEncoding.DeltaByteArray => DeltaBytes(values),
        PageEncoding.ByteStreamSplit => StreamSplit(values),
        _ => throw new ArgumentOutOfRangeException(nameof(encoding)),
    };

    public static byte[] Plain(PhysicalType type, IReadOnlyList<byte[]> values)
    {
        if (type == PhysicalType.Boolean) return BitPack(values.Select(v => (ulong)v[0]).ToArray(), 1);
        if (type != PhysicalType.ByteArray) return [.. values.SelectMany(v => v)];
        return [.. values.SelectMany(v => (byte[])[.. Int32(v.Length), .. v])];
    }

    public static byte[] Indices(IReadOnlyList<int> indices, int width) => [(byte)width, .. Hybrid(indices, width)];

    /// <summary>Runs of eight and more equal values become runs, everything else bit-packed groups.</summary>
    public static byte[] Hybrid(IReadOnlyList<int> values, int width)
    {
        var output = new List<byte>();
        var pending = new List<ulong>();
        for (var i = 0; i < values.Count;)
        {
            var run = 1;
            while (i + run < values.Count && values[i + run] == values[i]) run++;
            if (run >= 8 && pending.Count % 8 == 0)
            {
                Flush(output, pending, width);
                Varint(output, (ulong)run << 1);
                for (var b = 0; b < (width + 7) / 8; b++) output.Add((byte)(values[i] >> (8 * b)));
                i += run;
                continue;
            }
            pending.Add((ulong)(uint)values[i++]);
        }
        Flush(output, pending, width);
        return [.. output];
    }

    /// <summary>The deprecated levels: most significant bit first.</summary>
    public static byte[] BitPackedLevels(IReadOnlyList<int> levels, int width)
    {
        var bytes = new byte[((levels.Count * width) + 7) / 8];
        for (var i = 0; i < levels.Count; i++)
        {
            for (var b = 0; b < width; b++)
            {
                var bit = (i * width) + b;
                if (((levels[i] >> (width - 1 - b)) & 1) != 0) bytes[bit / 8] |= (byte)(0x80 >> (bit % 8));
            }
        }
        return bytes;
    }

    public static byte[] Prefixed(byte[] bytes) => [.. Int32(bytes.Length), .. bytes];

    private static byte[] DeltaBytes(IReadOnlyList<byte[]> values)
    {
        var prefixes = new long[values.Count];
        for (var i = 1; i < values.Count; i++)
            prefixes[i] = values[i].AsSpan().CommonPrefixLength(values[i - 1]);
        var suffixes = values.Select((v, i) => v[(int)prefixes[i]..]).ToArray();
        return [.. Delta(prefixes, true), .. Values(PageEncoding.DeltaLengthByteArray, PhysicalType.ByteArray, suffixes)];
    }

    private static byte[] StreamSplit(IReadOnlyList<byte[]> values)
    {
        if (values.Count == 0) return [];
        var output = new List<byte>();
        for (var b = 0; b < values[0].Length; b++) output.AddRange(values.Select(v => v[b]));
        return [.. output];
    }

    // Blocks of 128 values in 4 miniblocks; 32-bit values have differences that wrap around at 32 bits.
    private static byte[] Delta(long[] values, bool narrow)
    {
        var output = new List<byte>();
        Varint(output, 128);
        Varint(output, 4);
        Varint(output, (ulong)values.Length);
        Varint(output, ZigZag(values.Length > 0 ? values[0] : 0));
        for (var block = 1; block < values.Length; block += 128)
        {
            var deltas = new List<long>();
            for (var i = block; i < Math.Min(block + 128, values.Length); i++)
                deltas.Add(narrow ? (int)(values[i] - values[i - 1]) : unchecked(values[i] - values[i - 1]));
            DeltaBlock(output, deltas);
        }
        return [.. output];
    }

    private static void DeltaBlock(List<byte> output, List<long> deltas)
    {
        var min = deltas.Min();
        Varint(output, ZigZag(min));
        var miniblocks = new List<(ulong[] Values, int Width)>();
        for (var m = 0; m < 4; m++)
        {
            var part = deltas.Skip(m * 32).Take(32).Select(d => unchecked((ulong)(d - min))).ToArray();
            var width = part.Length == 0 ? 0 : 64 - System.Numerics.BitOperations.LeadingZeroCount(part.Max());
            Array.Resize(ref part, part.Length == 0 ? 0 : 32);
            miniblocks.Add((part, width));
        }
        output.AddRange(miniblocks.Select(m => (byte)m.Width));
        foreach (var (values, width) in miniblocks) output.AddRange(BitPack(values, width));
    }

    private static void Flush(List<byte> output, List<ulong> pending, int width)
    {
        if (pending.Count == 0) return;
        while (pending.Count % 8 != 0) pending.Add(0);
        Varint(output, ((ulong)(pending.Count / 8) << 1) | 1);
        output.AddRange(BitPack(pending, width));
        pending.Clear();
    }

    private static byte[] BitPack(IReadOnlyList<ulong> values, int width)
    {
        var bytes = new byte[(int)((((long)values.Count * width) + 7) / 8)];
        for (var i = 0; i < values.Count; i++)
        {
            for (var b = 0; b < width; b++)
            {
                var bit = (i * width) + b;
                if (((values[i] >> b) & 1) != 0) bytes[bit / 8] |= (byte)(1 << (bit % 8));
            }
        }
        return bytes;
    }

    private static long Integer(byte[] value) => value.Length == 4
        ? BinaryPrimitives.ReadInt32LittleEndian(value)
        : BinaryPrimitives.ReadInt64LittleEndian(value);

    private static byte[] Int32(int value) => BitConverter.GetBytes(value);

    private static ulong ZigZag(long value) => (ulong)((value << 1) ^ (value >> 63));

    private static void Varint(List<byte> output, ulong value)
    {
        for (; value >= 0x80; value >>= 7) output.Add((byte)(value | 0x80));
        output.Add((byte)value);
    }
}
