using Ingest.Convert;
using Ingest.Formats.Parquet;

namespace Ingest.Tests.Formats.Parquet;

public sealed class PendingRowsTests
{
    [Theory]
    [InlineData(100L * 8192, 8192, PendingRows.Most)]
    [InlineData(0L, 1, PendingRows.Most)]
    [InlineData((64L << 10) * 100, 100, 4)]
    [InlineData((1L << 20) * 8192, 8192, 1)]
    [InlineData(long.MaxValue >> 20, 3, 1)]
    public void The_larger_rows_are_the_fewer_lie_side_by_side(long bytes, int count, int beside) =>
        Assert.Equal(beside, PendingRows.Beside(bytes, count));

    [Fact]
    public void A_row_that_failed_keeps_its_first_column_and_is_whole_again_at_the_next_beginning()
    {
        using var rows = new PendingRows();
        var writer = new RowWriter(new([], []));
        rows.Begin(2, writer);
        rows.Column = 3;
        rows.Fail(1, ConversionFailure.OutOfRange);
        rows.Column = 5;
        rows.Fail(1, ConversionFailure.InvalidText);

        Assert.False(rows.HasFailed(0, out _, out _));
        Assert.True(rows.HasFailed(1, out var failure, out var column));
        Assert.Equal((ConversionFailure.OutOfRange, 3), (failure, column));

        rows.Begin(2, writer);
        Assert.False(rows.HasFailed(1, out _, out _));
    }
}
