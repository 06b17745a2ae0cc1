using Ingest.Lanes;

namespace Ingest.Tests.Lanes;

public sealed class BatchFillerTests
{
    [Fact]
    public async Task A_lane_that_gets_no_rows_ends_its_batch_after_some_blocks()
    {
        var inbox = new Inbox(new InboxRoom(long.MaxValue));
        var file = LaneInput.Load();
        var blockBytes = 0L;
        for (var i = 0; i < 10; i++)
        {
            var segment = LaneInput.Empty(i);
            blockBytes = segment.Block.RetainedBytes;
            await inbox.WriteAsync(new(file, segment, default), default);
        }
        inbox.Complete();
        using var filler = new BatchFiller(0, inbox, new(1000, long.MaxValue, Covered: 4 * blockBytes));

        var ends = new List<long>();
        while (await filler.BeginAsync(default) is { } batch)
        {
            while (await filler.FillAsync(batch, endAtRepeat: false, default) is not null)
            {
            }
            ends.Add(batch.Parts[0].LastRecord);
            batch.Release();
        }

        Assert.Equal([4, 8, 10], ends);
    }
}
