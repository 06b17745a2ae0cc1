using Ingest.Lanes;
using Ingest.Manifest;

namespace Ingest.Tests.Loading;

/// <summary>Batches that are committed side by side never have more rejects together than the run may have.</summary>
public sealed class RejectShareTests
{
    [Fact]
    public void What_one_batch_has_taken_no_other_can_take()
    {
        var budget = new RejectBudget(new(3, null), LoadMode.Upsert);
        using var first = new RejectShare(budget);
        using var second = new RejectShare(budget);

        Take(first, 3);
        Assert.Throws<RejectLimitException>(() => Take(second, 1));

        first.GiveBack();
        Take(second, 1);
        Take(first, 2);
        Assert.Throws<RejectLimitException>(() => Take(first, 3));
    }

    [Fact]
    public void What_an_attempt_finds_more_and_more_of_is_counted_once()
    {
        var budget = new RejectBudget(new(4, null), LoadMode.Upsert);
        using (var batch = new RejectShare(budget))
        {
            for (var found = 1; found <= 4; found++) Take(batch, found);
            batch.Keep();
        }

        using var next = new RejectShare(budget);
        Assert.Throws<RejectLimitException>(() => Take(next, 1));
    }

    [Fact]
    public void What_is_not_kept_is_given_back()
    {
        var budget = new RejectBudget(new(2, null), LoadMode.Upsert);
        using (var batch = new RejectShare(budget)) Take(batch, 2);

        using var next = new RejectShare(budget);
        Take(next, 2);
    }

    [Fact]
    public async Task Many_batches_at_once_stay_within_the_limit()
    {
        const int Limit = 100;
        var budget = new RejectBudget(new(Limit, null), LoadMode.Upsert);
        var kept = 0;
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 200; i++)
            {
                using var batch = new RejectShare(budget);
                try
                {
                    Take(batch, 1);
                }
                catch (RejectLimitException)
                {
                    return;
                }
                batch.Keep();
                Interlocked.Increment(ref kept);
            }
        })));

        Assert.Equal(Limit, kept);
    }

    private static void Take(RejectShare share, int count) => share.Take("a.csv", [Reject], count);

    private static NewReject Reject => new(1, 1, 0, null, "x", "bad", []);
}
