using FsCheck;
using FsCheck.Fluent;
using Ingest.Buffers;

namespace Ingest.Tests.Buffers;

public sealed unsafe class HugePagesTests
{
    private const int Smallest = 8 << 10, Page = 2 << 20;

    [Fact]
    public void Pieces_share_no_byte_and_lie_at_multiples_of_their_sizes() => Prop.ForAll(
        Gen.Choose(0, 8).Select(kind => Smallest << kind).NonEmptyListOf().ToArbitrary(),
        sizes =>
        {
            var pages = new HugePages(8 * Page);
            var taken = new List<(long Start, long End)>();
            foreach (var size in sizes)
            {
                var piece = pages.TryCut(size);
                if (piece is null) continue;
                Assert.Equal(0, (nint)piece % size);
                new Span<byte>(piece, size).Fill(1);
                taken.Add(((nint)piece, (nint)piece + size));
            }
            taken.Sort();
            Assert.All(taken.Zip(taken.Skip(1)), pair => Assert.True(pair.First.End <= pair.Second.Start));
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(Smallest)]
    [InlineData(Smallest << 3)]
    [InlineData(Page)]
    public void All_of_a_page_is_cut_and_no_more_than_there_may_be(int size)
    {
        var pages = new HugePages((2 * Page) + (Page / 2));
        var cut = 0;
        while (pages.TryCut(size) is not null) cut += size;
        Assert.Equal(OperatingSystem.IsLinux() ? 2 * Page : 0, cut);
    }

    [Fact]
    public void What_is_left_of_a_page_is_cut_before_another_is_begun()
    {
        var pages = new HugePages(Page);
        var isCut = new[] { Page / 2, Smallest, Page / 2, Page / 4 }.Select(size => pages.TryCut(size) is not null);
        bool[] expected = OperatingSystem.IsLinux() ? [true, true, false, true] : [false, false, false, false];
        Assert.Equal(expected, isCut);
    }
}
