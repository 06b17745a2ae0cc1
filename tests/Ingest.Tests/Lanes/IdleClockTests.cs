using Ingest.Lanes;

namespace Ingest.Tests.Lanes;

public sealed class IdleClockTests
{
    private static readonly TimeSpan Never = TimeSpan.FromHours(1);

    [Fact]
    public async Task A_wait_beyond_the_limit_is_cancelled_and_the_next_one_is_not()
    {
        using var clock = new IdleClock(TimeSpan.FromMilliseconds(1));
        await CancelledAsync(clock.Start(CancellationToken.None));
        clock.Stop();

        using var patient = new IdleClock(Never);
        Assert.False(patient.Start(CancellationToken.None).IsCancellationRequested);
        patient.Stop();
    }

    [Fact]
    public async Task A_clock_that_ran_out_starts_anew()
    {
        using var clock = new IdleClock(TimeSpan.FromMilliseconds(1));
        for (var i = 0; i < 3; i++)
        {
            await CancelledAsync(clock.Start(CancellationToken.None));
            clock.Stop();
        }
    }

    [Fact]
    public void Who_waits_is_cancelled_with_the_token_it_gave_and_only_while_it_waits()
    {
        using var clock = new IdleClock(Never);
        using var first = new CancellationTokenSource();
        clock.Start(first.Token);
        clock.Stop();

        using var second = new CancellationTokenSource();
        var wait = clock.Start(second.Token);
        first.Cancel();
        Assert.False(wait.IsCancellationRequested);
        second.Cancel();
        Assert.True(wait.IsCancellationRequested);
        clock.Stop();

        Assert.False(clock.Start(CancellationToken.None).IsCancellationRequested);
        clock.Stop();
    }

    [Fact]
    public void A_token_that_is_cancelled_already_ends_the_wait_at_once()
    {
        using var clock = new IdleClock(Never);
        Assert.True(clock.Start(new CancellationToken(canceled: true)).IsCancellationRequested);
        clock.Stop();
    }

    private static async Task CancelledAsync(CancellationToken token)
    {
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = token.Register(cancelled.SetResult);
        await cancelled.Task;
    }
}
