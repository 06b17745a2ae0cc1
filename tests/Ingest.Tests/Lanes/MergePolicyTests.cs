using Ingest.Lanes;

namespace Ingest.Tests.Lanes;

/// <summary>A lane's guess of what its next batch is like.</summary>
public sealed class MergePolicyTests
{
    [Fact]
    public void The_next_batch_is_taken_to_be_like_the_last_one()
    {
        var policy = new MergePolicy();
        Assert.Equal(new(MergeWay.Insert, false), policy.Next);
        policy.Learn(Outcome(updated: 60, unchanged: 40));
        Assert.Equal(new(MergeWay.Update, false), policy.Next);
        policy.Learn(Outcome(updated: 100));
        Assert.Equal(new(MergeWay.Update, true), policy.Next);
        policy.Learn(Outcome(unchanged: 100));
        Assert.Equal(new(MergeWay.Missing, true), policy.Next);
        policy.Learn(Outcome(inserted: 100));
        Assert.Equal(MergeWay.Insert, policy.Next.Way);
    }

    [Fact]
    public void That_all_rows_are_alike_is_not_guessed_again_once_it_was_wrong()
    {
        var policy = new MergePolicy();
        policy.Learn(Outcome(updated: 100));
        policy.Learn(Outcome(updated: 99, unchanged: 1));
        policy.Learn(Outcome(updated: 100));
        Assert.Equal(new(MergeWay.Update, false), policy.Next);
    }

    private static BatchOutcome Outcome(long inserted = 0, long updated = 0, long unchanged = 0) => new(
        [], new() { Read = inserted + updated + unchanged, Inserted = inserted, Updated = updated, Unchanged = unchanged }, false, false);
}
