using FsCheck;
using FsCheck.Fluent;
using Ingest.Lanes;
using Ingest.Tests.Formats.Csv;

namespace Ingest.Tests.Lanes;

public sealed class SegmentTests
{
    /// <summary>Rows of a few bytes, of about a chunk, and of several.</summary>
    private static readonly Gen<int> Size = Gen.Frequency(
        (20, Gen.Choose(0, 300)), (2, Gen.Choose(60_000, 70_000)), (1, Gen.Choose(200_000, 400_000)));

    [Fact]
    public void Any_range_of_rows_gives_the_bytes_that_were_added() => Prop.ForAll(
        (from sizes in Size.ListOf()
         from first in Gen.Choose(0, sizes.Count)
         from last in Gen.Choose(first, sizes.Count)
         select (sizes, first, last)).ToArbitrary(),
        test =>
        {
            var block = Tokenized.Block("x"u8);
            using (var segment = new Segment(block))
            {
                for (var i = 0; i < test.sizes.Count; i++) segment.AddRow(Row(i, test.sizes[i]), (ulong)i, i, i * 2, i * 3);

                var bytes = new List<byte>();
                foreach (var piece in segment.BytesOf(test.first, test.last)) bytes.AddRange(piece.Span);
                Assert.Equal(Enumerable.Range(test.first, test.last - test.first).SelectMany(i => Row(i, test.sizes[i])), bytes);
                Assert.Equal(bytes.Count, segment.SizeOf(test.first, test.last));

                var end = 0;
                for (var i = 0; i < test.sizes.Count; i++)
                    Assert.Equal(new RowRef((ulong)i, i, end += test.sizes[i], i * 2, i * 3), segment.Rows[i]);
            }
            block.Release();
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_segment_of_many_short_rows_keeps_every_place()
    {
        const int Rows = 100_000;
        var block = Tokenized.Block("x"u8);
        using (var segment = new Segment(block))
        {
            for (var i = 0; i < Rows; i++) segment.AddRow([(byte)i], (ulong)i, i, i, 1);
            Assert.Equal(Rows, segment.Count);
            for (var i = 0; i < Rows; i++) Assert.Equal(new RowRef((ulong)i, i, i + 1, i, 1), segment.Rows[i]);
        }
        block.Release();
    }

    [Fact]
    public void A_segment_that_got_nothing_lets_go_of_its_block_when_it_is_sealed()
    {
        var block = Tokenized.Block("x"u8);
        var freed = false;
        block.Freed = _ => freed = true;
        var full = new Segment(block);
        var empty = new Segment(block);
        full.AddReject(new(0, 0, 1, null, "code", "reason"));
        block.Release();

        full.Seal(1);
        empty.Seal(1);
        Assert.Equal(0, empty.BlockShare);
        Assert.NotEqual(0, full.BlockShare);
        empty.Dispose();
        Assert.False(freed);
        full.Dispose();
        Assert.True(freed);
    }

    private static byte[] Row(int number, int size)
    {
        var row = new byte[size];
        row.AsSpan().Fill((byte)(number + 1));
        return row;
    }
}
