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

    [Theory]
    // Of 3 bits each: a run of eight sevens, a run of threes, packed values with a seven among them.
    [InlineData(new byte[] { 3, 0x10, 7 })]
    [InlineData(new byte[] { 3, 0x10, 3 })]
    [InlineData(new byte[] { 3, 0x03, 0x00, 0x00, 0xE0 })]
    public void A_dictionary_index_past_the_dictionary_is_an_error(byte[] indices)
    {
        var dictionary = new DictionaryPage<int>(new int[64], 3, null);
        byte[] data = [.. indices, .. new byte[PageBuffer.Slack]];
        var decoder = new DictionaryDecoder<int, IndexRuns>(dictionary, new IndexRuns(new ByteCursor(data, 0, indices.Length)));
        Assert.Equal(ParquetError.Corrupt, Assert.Throws<ParquetException>(() => decoder.Read(new int[8], new BufferList())).Error);
    }

    [Fact]
    public void An_index_of_32_bits_is_not_taken_for_a_negative_one()
    {
        byte[] data = [32, 0x03, .. Enumerable.Repeat((byte)0xFF, 32), .. new byte[PageBuffer.Slack]];
        var decoder = new DictionaryDecoder<int, IndexRuns>(new DictionaryPage<int>(new int[64], 3, null), new IndexRuns(new ByteCursor(data, 0, 34)));
        Assert.Throws<ParquetException>(() => decoder.Read(new int[8], new BufferList()));
    }

    [Fact]
    public void Packed_groups_that_are_cut_give_what_is_there_and_then_an_error()
    {
        // Two groups of eight values of 4 bits are declared, and 5 of their 8 bytes are there: ten values.
        byte[] data = [0x05, 0x10, 0x32, 0x54, 0x76, 0x98, .. new byte[PageBuffer.Slack]];
        var decoder = new HybridDecoder(new ByteCursor(data, 0, 6), 4);
        var values = new int[10];
        decoder.Read(values, "a test");
        Assert.Equal(Enumerable.Range(0, 10), values);
        Assert.Throws<ParquetException>(() => decoder.Read(new int[1], "a test"));
    }

    [Theory]
    [InlineData(new byte[] { 1, 0, 0, 0, 65 }, 1)]
    [InlineData(new byte[] { 2, 0, 0, 0, 65 }, 0)]
    [InlineData(new byte[] { 0xFF, 0xFF, 0xFF, 0xFF, 65 }, 0)]
    [InlineData(new byte[] { 0xFF, 0xFF, 0xFF, 0x7F, 65 }, 0)]
    [InlineData(new byte[] { 0, 0, 0 }, 0)]
    [InlineData(new byte[] { }, 0)]
    public void A_plain_value_may_not_reach_past_its_page(byte[] page, int values)
    {
        var buffer = new PageBuffer(page.Length);
        page.CopyTo(buffer.Span);
        buffer.Array.AsSpan(page.Length, PageBuffer.Slack).Clear();
        var decoder = new PlainBytesDecoder(buffer, new ByteCursor(buffer.Array, 0, page.Length));
        var buffers = new BufferList();
        decoder.Read(new ByteRange[values], buffers);
        Assert.Throws<ParquetException>(() => decoder.Read(new ByteRange[1], buffers));
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
            slots.AsSpan(count).Fill(-1);
            NullSpread.Spread<int>(slots, levels, 2, count);
            // What a null slot holds is some value of its neighbours or zero, never what was there before.
            Assert.DoesNotContain(-1, slots);
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
