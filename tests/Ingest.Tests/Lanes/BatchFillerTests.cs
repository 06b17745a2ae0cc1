using Ingest.Lanes;
using Ingest.Manifest;
using Ingest.Postgres;
using Ingest.Telemetry;
using Ingest.Tests.Formats.Csv;

namespace Ingest.Tests.Lanes;

public sealed class BatchFillerTests
{
    [Fact]
    public async Task A_lane_that_gets_no_rows_ends_its_batch_after_some_blocks()
    {
        var inbox = new Inbox(new InboxRoom(long.MaxValue));
        var sql = new StageSql(new MergeSpec("t", [new("k", "text", null, "text", true, false, true)], ConflictAction.Update, true));
        var policy = new LoadPolicy(LoadMode.Upsert, OnDuplicate.Last, Direct: false, StartsDirect: false, HasKey: true, KeyIsExact: true, HasDeferredConstraints: false);
        var file = new FileLoad("a.csv", new(1, "a.csv", "t"), sql, policy, new Watermark[1], new LoadProgress().Add("a.csv", 1));
        var blockBytes = 0L;
        for (var i = 0; i < 10; i++)
        {
            var block = Tokenized.Block("x"u8);
            blockBytes = block.RetainedBytes;
            block.Start = new(i, i, 0, default);
            block.End = new(i + 1, i + 1, 0, default);
            var segment = new Segment(block);
            segment.Seal(0);
            block.Release();
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
