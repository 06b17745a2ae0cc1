using Ingest.Parquet.Encodings;
using Ingest.Parquet.Pages;
using Ingest.Parquet.Vectors;

namespace Ingest.Parquet.Tests;

public sealed class EncodingTests
{
    [Fact]
    public void Every_bit_width_unpacks_from_any_first_value()
    {
        var random = new Random(1);
        for (var width = 0; width <= 32; width++)
        {
            var bytes = new byte[(40 * width) + PageBuffer.Slack];
            random.NextBytes(bytes);
            for (var first = 0; first < 20; first++)
            {
                var values = new int[300 - first];
                BitUnpacker.Unpack(bytes, 0, first, width, values);
                for (var i = 0; i < values.Length; i++) Assert.Equal((uint)Bits(bytes, (first + i) * width, width), (uint)values[i]);
                if (width > 8) continue;
                var small = new byte[values.Length];
                BitUnpacker.Unpack(bytes, 0, first, width, small);
                Assert.Equal(values.Select(v => (byte)v), small);
            }
        }
    }

    [Fact]
    public void Delta_widths_up_to_64_bits_unpack()
    {
        var random = new Random(2);
        for (var width = 0; width <= 64; width++)
        {
            var bytes = new byte[(4 * width) + PageBuffer.Slack];
            random.NextBytes(bytes);
            var values = new ulong[32];
            BitUnpacker.Unpack(bytes, 0, width, values);
            for (var i = 0; i < values.Length; i++) Assert.Equal(Bits(bytes, i * width, width), values[i]);
        }
    }

    [Fact]
    public void A_run_longer_than_memory_is_drawn_from_piece_by_piece()
    {
        // One run of 2^31 - 1 ones.
        byte[] data = [0xFE, 0xFF, 0xFF, 0xFF, 0x0F, 0x01, .. new byte[PageBuffer.Slack]];
        var decoder = new HybridDecoder(new ByteCursor(data, 0, 6), 1);
        var values = new byte[1000];
        for (var i = 0; i < 100; i++)
        {
            decoder.Read(values, "a test");
            Assert.All(values, v => Assert.Equal(1, v));
        }
    }

    [Fact]
    public void Nulls_are_spread_to_their_slots()
    {
        var random = new Random(3);
        for (var round = 0; round < 500; round++)
        {
            var levels = new byte[random.Next(0, 70)];
            for (var i = 0; i < levels.Length; i++) levels[i] = (byte)random.Next(3);
            var count = levels.Count(l => l == 2);
            var slots = new int[levels.Length];
            for (var i = 0; i < count; i++) slots[i] = i + 1;
            NullSpread.Spread<int>(slots, levels, 2, count);
            var expected = 1;
            for (var i = 0; i < slots.Length; i++)
            {
                if (levels[i] == 2) Assert.Equal(expected++, slots[i]);
            }
        }
    }

    [Fact]
    public void The_checksum_is_that_of_gzip()
    {
        Assert.Equal(0xCBF43926u, Crc32.Compute("123456789"u8));
        Assert.Equal(0u, Crc32.Compute([]));
        var bytes = new byte[1000];
        new Random(4).NextBytes(bytes);
        // The trailer of a gzip member has the checksum of its content, and then its length.
        var member = Writing.Compressors.Gzip(bytes);
        Assert.Equal(BitConverter.ToUInt32(member, member.Length - 8), Crc32.Compute(bytes));
    }

    private static ulong Bits(byte[] bytes, int from, int count)
    {
        var value = 0UL;
        for (var i = 0; i < count; i++) value |= (ulong)((bytes[(from + i) / 8] >> ((from + i) % 8)) & 1) << i;
        return value;
    }
}
