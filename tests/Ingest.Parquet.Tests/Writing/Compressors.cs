using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.InteropServices;
using Ingest.Parquet.Metadata;

namespace Ingest.Parquet.Tests.Writing;

/// <summary>Compresses pages with every codec, none of them with code of the reader.</summary>
internal static unsafe partial class Compressors
{
    public static byte[] Compress(CompressionCodec codec, byte[] data) => codec switch
    {
        CompressionCodec.Uncompressed => data,
        CompressionCodec.Snappy => IronSnappy.Snappy.Encode(data),
        CompressionCodec.Gzip => Gzip(data),
        CompressionCodec.Brotli => Brotli(data),
        CompressionCodec.Zstd => Zstd(data),
        CompressionCodec.Lz4Raw => Lz4(data),
        CompressionCodec.Lz4 => HadoopLz4(data),
        _ => throw new ArgumentOutOfRangeException(nameof(codec)),
    };

    public static byte[] Gzip(byte[] data)
    {
        using var output = new MemoryStream();
        using (var stream = new GZipStream(output, CompressionLevel.Fastest)) stream.Write(data);
        return output.ToArray();
    }

    /// <summary>A greedy LZ4 with a table of the last place of each four bytes.</summary>
    public static byte[] Lz4(byte[] data)
    {
        var output = new List<byte>();
        var seen = new Dictionary<uint, int>();
        int anchor = 0, i = 0;
        // The format keeps the last five bytes literal, and begins no match in the last twelve.
        while (i < data.Length - 12)
        {
            var key = BinaryPrimitives.ReadUInt32LittleEndian(data.AsSpan(i));
            var found = seen.TryGetValue(key, out var at) && i - at <= 65_535;
            seen[key] = i;
            if (!found)
            {
                i++;
                continue;
            }
            var length = 4;
            while (i + length < data.Length - 5 && data[at + length] == data[i + length]) length++;
            Sequence(output, data.AsSpan(anchor, i - anchor), i - at, length);
            i += length;
            anchor = i;
        }
        Sequence(output, data.AsSpan(anchor), 0, 0);
        return [.. output];
    }

    /// <summary>Hadoop's framing, two frames where the data are long enough.</summary>
    public static byte[] HadoopLz4(byte[] data)
    {
        var half = data.Length > 64 ? data.Length / 2 : data.Length;
        var output = new List<byte>();
        Span<byte> head = stackalloc byte[8];
        foreach (var part in new[] { data[..half], data[half..] })
        {
            if (part.Length == 0) continue;
            var block = Lz4(part);
            BinaryPrimitives.WriteInt32BigEndian(head, part.Length);
            BinaryPrimitives.WriteInt32BigEndian(head[4..], block.Length);
            output.AddRange(head);
            output.AddRange(block);
        }
        return [.. output];
    }

    private static byte[] Brotli(byte[] data)
    {
        var output = new byte[BrotliEncoder.GetMaxCompressedLength(data.Length)];
        Assert.True(BrotliEncoder.TryCompress(data, output, out var written, 4, 18));
        return output[..written];
    }

    private static byte[] Zstd(byte[] data)
    {
        var output = new byte[data.Length + (data.Length / 128) + 512];
        fixed (byte* to = output)
        fixed (byte* from = data)
        {
            var written = ZstdCompress(to, (nuint)output.Length, from, (nuint)data.Length, 1);
            return output[..(int)written];
        }
    }

    private static void Sequence(List<byte> output, ReadOnlySpan<byte> literals, int offset, int match)
    {
        var rest = match == 0 ? 0 : match - 4;
        output.Add((byte)((Math.Min(literals.Length, 15) << 4) | Math.Min(rest, 15)));
        if (literals.Length >= 15) Extend(output, literals.Length - 15);
        output.AddRange(literals);
        if (match == 0) return;
        output.Add((byte)offset);
        output.Add((byte)(offset >> 8));
        if (rest >= 15) Extend(output, rest - 15);
    }

    private static void Extend(List<byte> output, int length)
    {
        for (; length >= 255; length -= 255) output.Add(255);
        output.Add((byte)length);
    }

    [LibraryImport("libzstd.so.1", EntryPoint = "ZSTD_compress")]
    private static partial nuint ZstdCompress(byte* destination, nuint capacity, byte* source, nuint size, int level);
}
