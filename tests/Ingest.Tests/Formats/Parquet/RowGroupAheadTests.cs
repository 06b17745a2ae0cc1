using Ingest.Formats.Parquet;
using Ingest.Parquet;
using Ingest.Parquet.Sources;

namespace Ingest.Tests.Formats.Parquet;

/// <summary>A row group that is decoded ahead of its turn gives what it would have given in its turn.</summary>
public sealed class RowGroupAheadTests : IDisposable
{
    private readonly ParquetFile file = ParquetFile.Open(
        new MemoryByteSource("ahead", ParquetRows.File([.. Enumerable.Range(0, 10_000).Select(i => ((long)i, (string?)$"text {i}"))], [10_000], 700)),
        new ParquetLimits { SliceRows = 100 });

    public void Dispose() => file.Dispose();

    [Theory]
    [InlineData(1L)]
    [InlineData(20_000L)]
    [InlineData(1L << 40)]
    public void Its_slices_come_in_order_however_little_it_may_hold(long bytes)
    {
        using var group = new RowGroupAhead(_ => file.OpenRowGroup(0), bytes);
        for (var row = 0L; row < 10_000; row += 100)
        {
            using var slice = group.Read(default)!;
            Assert.Equal((row, 100), (slice.FirstRow, slice.RowCount));
        }
        Assert.Null(group.Read(default));
        Assert.False(group.IsRunning);
    }

    [Fact]
    public void It_can_be_left_while_it_waits_for_room()
    {
        using var group = new RowGroupAhead(_ => file.OpenRowGroup(0), bytes: 1);
        group.Read(default)!.Dispose();
        Assert.True(group.IsRunning);
    }

    [Fact]
    public void A_row_group_that_cannot_be_opened_fails_when_it_is_read()
    {
        var failure = new InvalidOperationException("broken");
        using var group = new RowGroupAhead(_ => throw failure, bytes: 1);
        Assert.Same(failure, Assert.Throws<InvalidOperationException>(() => group.Read(default)));
    }
}
