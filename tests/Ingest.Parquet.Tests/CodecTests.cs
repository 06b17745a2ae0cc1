using System.Runtime.InteropServices;
using Ingest.Parquet.Codecs;
using Ingest.Parquet.Metadata;
using Ingest.Parquet.Pages;
using Ingest.Parquet.Sources;
using Ingest.Parquet.Tests.Writing;

namespace Ingest.Parquet.Tests;

public sealed class CodecTests
{
    [Fact]
    public void Snappy_decodes_what_an_independent_encoder_writes()
    {
        var random = new Random(1);
        for (var round = 0; round < 400; round++) AssertDecodes(SnappyCodec.Instance, CompressionCodec.Snappy, Sample(random));
    }

    [Fact]
    public void LZ4_blocks_and_both_framings_decode()
    {
        var random = new Random(2);
        for (var round = 0; round < 200; round++)
        {
            var data = Sample(random);
            AssertDecodes(Lz4RawCodec.Instance, CompressionCodec.Lz4Raw, data);
            AssertDecodes(HadoopLz4Codec.Instance, CompressionCodec.Lz4, data);
            AssertDecodes(HadoopLz4Codec.Instance, CompressionCodec.Lz4Raw, data);
        }
    }

    [Theory]
    [InlineData("00", "")]
    [InlineData("0100AA", "AA")]
    // Two bytes as they are, then six from two back: once for each size of offset.
    [InlineData("0804ABCD0902", "ABCDABCDABCDABCD")]
    [InlineData("0804ABCD160200", "ABCDABCDABCDABCD")]
    [InlineData("0804ABCD1702000000", "ABCDABCDABCDABCD")]
    public void Snappy_elements_decode_as_described(string compressed, string expected)
    {
        var output = new byte[expected.Length / 2];
        SnappyCodec.Instance.Decompress(Convert.FromHexString(compressed), output);
        Assert.Equal(expected, Convert.ToHexString(output));
    }

    [Theory]
    [InlineData("")]
    [InlineData("08")]
    [InlineData("0800")]
    [InlineData("08010203")]
    [InlineData("FFFFFFFFFF01")]
    [InlineData("0804AABB0105")]
    // The lengths add up, but a copy reaches before the start: with each size of offset.
    [InlineData("0804AABB0903")]
    [InlineData("0804AABB160300")]
    [InlineData("0804AABB1703000000")]
    [InlineData("0804AABB17FFFFFFFF")]
    [InlineData("080CAABBCCDD")]
    [InlineData("0804AABB1500")]
    [InlineData("08FCFFFFFFFF")]
    public void Corrupt_Snappy_is_an_error_of_the_format(string compressed)
    {
        var error = Assert.Throws<ParquetException>(() => SnappyCodec.Instance.Decompress(Convert.FromHexString(compressed), new byte[8]));
        Assert.Equal(ParquetError.Corrupt, error.Error);
    }

    [Theory]
    // Two literals, a match of six, no more literals: from two back it is a block of eight bytes; from three back, or
    // from none, or with a match of seven, it is corrupt.
    [InlineData("22AABB020000", 8)]
    [InlineData("22AABB030000", -1)]
    [InlineData("22AABB000000", -1)]
    [InlineData("23AABB020000", -1)]
    [InlineData("90AABB", -1)]
    [InlineData("F0FFFFFF", -1)]
    public void LZ4_sequences_are_checked_against_both_ends(string compressed, int expected)
    {
        var output = new byte[8];
        var written = Lz4Block.TryDecode(Convert.FromHexString(compressed), output);
        Assert.Equal(expected, written);
        if (expected > 0) Assert.Equal("AABBAABBAABBAABB", Convert.ToHexString(output));
    }

    [Fact]
    public void A_cut_page_is_an_error_in_every_codec()
    {
        var data = Sample(new Random(3), 3000);
        foreach (var codec in Enum.GetValues<CompressionCodec>().Where(c => c is not (CompressionCodec.Lzo or CompressionCodec.Uncompressed or CompressionCodec.Zstd)))
        {
            var compressed = Compressors.Compress(codec, data);
            // gzip's last eight bytes are its trailer, which repeats what the page header says.
            var end = codec == CompressionCodec.Gzip ? compressed.Length - 9 : compressed.Length - 1;
            for (var length = 0; length < end; length += 7)
            {
                var cut = compressed[..length];
                Assert.Throws<ParquetException>(() => PageCodec.For(codec)!.Decompress(cut, new byte[data.Length]));
            }
        }
    }

    [Fact]
    public void A_page_of_another_size_than_declared_is_an_error_in_every_codec()
    {
        var data = Sample(new Random(4), 3000);
        foreach (var codec in Enum.GetValues<CompressionCodec>().Where(c => c is not (CompressionCodec.Lzo or CompressionCodec.Uncompressed or CompressionCodec.Zstd)))
        {
            var compressed = Compressors.Compress(codec, data);
            Assert.Throws<ParquetException>(() => PageCodec.For(codec)!.Decompress(compressed, new byte[data.Length - 1]));
            Assert.Throws<ParquetException>(() => PageCodec.For(codec)!.Decompress(compressed, new byte[data.Length + 1]));
        }
    }

    [Fact]
    public void Gzip_members_in_a_row_are_one_page()
    {
        var data = Sample(new Random(5), 5000);
        byte[] members = [.. Compressors.Gzip(data[..1234]), .. Compressors.Gzip(data[1234..])];
        var output = new byte[data.Length];
        GzipCodec.Instance.Decompress(members, output);
        Assert.Equal(data, output);
    }

    [SkippableTheory]
    [InlineData(CompressionCodec.Snappy)]
    [InlineData(CompressionCodec.Gzip)]
    [InlineData(CompressionCodec.Brotli)]
    [InlineData(CompressionCodec.Zstd)]
    public void A_page_in_pieces_is_the_page_whatever_the_pieces(CompressionCodec codec)
    {
        Skip.If(codec == CompressionCodec.Zstd && !NativeLibrary.TryLoad("libzstd.so.1", out _), "libzstd.so.1 is not on this machine");
        var random = new Random(6);
        for (var round = 0; round < 60; round++)
        {
            var data = Sample(random, random.Next(1, 400_000));
            using var stream = OpenStream(codec, Compressors.Compress(codec, data), data.Length, window: random.Next(1, 5000));
            var output = new byte[data.Length];
            for (var at = 0; at < output.Length;)
            {
                var count = Math.Min(output.Length - at, random.Next(1, 1 << random.Next(1, 18)));
                stream.Read(output.AsSpan(at, count), "a test");
                at += count;
            }
            stream.Finish();
            Assert.Equal(data, output);
            Assert.Throws<ParquetException>(() => stream.Read(new byte[1], "a test"));
        }
    }

    [SkippableTheory]
    [InlineData(CompressionCodec.Snappy)]
    [InlineData(CompressionCodec.Gzip)]
    [InlineData(CompressionCodec.Brotli)]
    [InlineData(CompressionCodec.Zstd)]
    public void A_page_in_pieces_that_is_cut_or_of_another_size_is_an_error(CompressionCodec codec)
    {
        Skip.If(codec == CompressionCodec.Zstd && !NativeLibrary.TryLoad("libzstd.so.1", out _), "libzstd.so.1 is not on this machine");
        var data = Sample(new Random(7), 3000);
        var compressed = Compressors.Compress(codec, data);
        // gzip's last eight bytes are its trailer, which repeats what the page header says.
        var end = codec == CompressionCodec.Gzip ? compressed.Length - 9 : compressed.Length - 1;
        for (var length = 0; length < end; length += 7) AssertFails(compressed[..length], data.Length);
        AssertFails(compressed, data.Length - 1);
        AssertFails(compressed, data.Length + 1);

        void AssertFails(byte[] bytes, int length) => Assert.Throws<ParquetException>(() =>
        {
            using var stream = OpenStream(codec, bytes, length, window: 100);
            stream.Finish();
        });
    }

    [Fact]
    public void A_Snappy_copy_from_further_back_than_is_kept_decodes()
    {
        var random = new Random(8);
        var noise = new byte[300_000];
        random.NextBytes(noise);
        // One long literal, then 64 bytes from its beginning, with an offset of four bytes.
        byte[] compressed = [.. Varint(noise.Length + 64), 0xF8, .. BitConverter.GetBytes(noise.Length - 1)[..3], .. noise, 0xFF, .. BitConverter.GetBytes(noise.Length)];
        byte[] expected = [.. noise, .. noise[..64]];
        using var stream = OpenStream(CompressionCodec.Snappy, compressed, expected.Length, window: 1000);
        var output = new byte[expected.Length];
        stream.Read(output, "a test");
        stream.Finish();
        Assert.Equal(expected, output);
    }

    private static PageStream OpenStream(CompressionCodec codec, byte[] compressed, int length, int window) =>
        PageCodec.For(codec)!.OpenStream(new ChunkWindow(new MemoryByteSource("page", compressed), 0, compressed.Length, Memory(window)), length)!;

    private static PageMemory Memory(int window) => new(window, wholePageBytes: 0, ownBytes: 0, new HeldMemory(ParquetLimits.Default));

    private static IEnumerable<byte> Varint(int value)
    {
        for (; value >= 0x80; value >>= 7) yield return (byte)(value | 0x80);
        yield return (byte)value;
    }

    private static void AssertDecodes(PageCodec codec, CompressionCodec written, byte[] data)
    {
        var output = new byte[data.Length];
        codec.Decompress(Compressors.Compress(written, data), output);
        Assert.Equal(data, output);
    }

    // Between noise and repetition, of short and of long periods.
    private static byte[] Sample(Random random, int length = 0)
    {
        var data = new byte[length > 0 ? length : random.Next(1, random.Next(2) == 0 ? 100 : 200_000)];
        for (var i = 0; i < data.Length;)
        {
            var count = Math.Min(random.Next(1, 300), data.Length - i);
            var back = random.Next(1, random.Next(2) == 0 ? 20 : 70_000);
            if (back > i || random.Next(3) == 0) random.NextBytes(data.AsSpan(i, count));
            else for (var k = i; k < i + count; k++) data[k] = data[k - back];
            i += count;
        }
        return data;
    }
}
