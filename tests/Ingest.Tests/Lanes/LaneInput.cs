using Ingest.Lanes;
using Ingest.Manifest;
using Ingest.Postgres;
using Ingest.Telemetry;
using Ingest.Tests.Formats.Csv;

namespace Ingest.Tests.Lanes;

/// <summary>What lanes are given, made without a file or a server.</summary>
internal static class LaneInput
{
    /// <summary>An upsert of one text column, which is the key.</summary>
    public static FileLoad Load(OnDuplicate onDuplicate = OnDuplicate.Last, StageSql? sql = null)
    {
        sql ??= new(new MergeSpec("t", [new("k", "text", null, "text", true, false, true)], ConflictAction.Update, true));
        var policy = new LoadPolicy(LoadMode.Upsert, onDuplicate, Direct: false, StartsDirect: false, HasKey: true, KeyIsExact: true, HasDeferredConstraints: false);
        return new("a.csv", new(1, "a.csv", "t"), sql, policy, new Watermark[1], new LoadProgress().Add("a.csv", 1));
    }

    /// <summary>A block of one record, of which the lane gets no row.</summary>
    public static Segment Empty(long record)
    {
        var block = Tokenized.Block("x"u8);
        block.Start = new(record, record, 0, default);
        block.End = new(record + 1, record + 1, 0, default);
        var segment = new Segment(block);
        segment.Seal(0);
        block.Release();
        return segment;
    }
}
