using Ingest.Lanes;

namespace Ingest.Tests.Lanes;

public sealed class BatchTests
{
    [Theory]
    [InlineData(40, true, true)]
    [InlineData(40, false, false)]
    [InlineData(1, true, false)]
    public void Rows_of_a_long_batch_that_is_shortened_may_repeat_a_key_as_nobody_has_looked(int length, bool isFilled, bool mayRepeat)
    {
        var batch = new Batch(LaneInput.Load(), []);
        batch.Lengthen(length);
        if (isFilled) batch.Add(new(LaneInput.Empty(0), 0, 0, 0, 0, 1, 0, EndsSegment: true));

        batch.KeepAll();

        Assert.Equal((1, mayRepeat), (batch.Length, batch.MayRepeat));
        batch.Release();
    }

    [Theory]
    [InlineData("the file has not ended")]
    [InlineData("the batch is long")]
    [InlineData("it goes by the order of its keys")]
    [InlineData("repeated keys are told by the file")]
    [InlineData("the next file goes into other columns")]
    [InlineData(null)]
    public void Another_file_joins_a_batch_only_where_it_is_applied_in_the_same_way(string? hindrance)
    {
        var policy = hindrance == "repeated keys are told by the file" ? OnDuplicate.Reject : OnDuplicate.Last;
        var first = LaneInput.Load(policy);
        var next = LaneInput.Load(policy, hindrance == "the next file goes into other columns" ? null : first.Sql);
        var batch = new Batch(first, []);
        if (hindrance != "the file has not ended") batch.EndFile(default);
        if (hindrance == "the batch is long") batch.Lengthen(2);
        if (hindrance == "it goes by the order of its keys") batch.OrderByKey();

        Assert.Equal(hindrance is null, batch.TryBegin(next));
        Assert.Equal(hindrance is null ? [first, next] : [first], batch.Parts.Select(part => part.File));
    }
}
