using Ingest.Formats;

namespace Ingest.Tests.Formats;

public sealed class PermitsTests
{
    [Fact]
    public async Task No_more_are_taken_than_were_given()
    {
        var permits = new Permits(3);
        var (held, most) = (0, 0);
        var takers = Enumerable.Range(0, 4).Select(_ => Task.Factory.StartNew(() =>
        {
            for (var i = 0; i < 2_000; i++)
            {
                permits.Take(CancellationToken.None);
                InterlockedMax(ref most, Interlocked.Increment(ref held));
                Thread.Yield();
                Interlocked.Decrement(ref held);
                permits.Give(1);
            }
        }, TaskCreationOptions.LongRunning));
        await Task.WhenAll(takers).WaitAsync(TimeSpan.FromMinutes(1));
        Assert.InRange(most, 1, 3);
        Assert.Equal(0, held);
    }

    [Fact]
    public async Task Who_finds_none_waits_until_some_are_given()
    {
        var permits = new Permits(0);
        var taking = Task.Factory.StartNew(() => permits.Take(CancellationToken.None), TaskCreationOptions.LongRunning);
        Assert.NotSame(taking, await Task.WhenAny(taking, Task.Delay(50)));
        permits.Give(2);
        await taking.WaitAsync(TimeSpan.FromMinutes(1));
        permits.Take(CancellationToken.None);
    }

    [Fact]
    public async Task Who_waits_gives_up_when_it_is_cancelled()
    {
        using var stop = new CancellationTokenSource();
        var permits = new Permits(0);
        var taking = Task.Factory.StartNew(() => permits.Take(stop.Token), TaskCreationOptions.LongRunning);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => taking.WaitAsync(TimeSpan.FromMinutes(1)));
    }

    private static void InterlockedMax(ref int most, int value)
    {
        for (var seen = most; value > seen;)
        {
            var before = Interlocked.CompareExchange(ref most, value, seen);
            if (before == seen) return;
            seen = before;
        }
    }
}
