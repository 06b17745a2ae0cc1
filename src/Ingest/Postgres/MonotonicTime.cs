namespace Ingest.Postgres;

/// <summary>
/// A clock that no one sets: it starts with the time of day and then goes by the system's monotonic time. Polly's circuit
/// breaker reckons its pause by the time of day, and one that is set back would keep the circuit open for as long.
/// </summary>
internal sealed class MonotonicTime : TimeProvider
{
    private readonly TimeProvider clock;
    private readonly DateTimeOffset begin;
    private readonly long start;

    /// <summary>A clock that begins now.</summary>
    public MonotonicTime(TimeProvider clock)
    {
        this.clock = clock;
        begin = clock.GetUtcNow();
        start = clock.GetTimestamp();
    }

    /// <inheritdoc/>
    public override long TimestampFrequency => clock.TimestampFrequency;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => begin + clock.GetElapsedTime(start);

    /// <inheritdoc/>
    public override long GetTimestamp() => clock.GetTimestamp();

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        clock.CreateTimer(callback, state, dueTime, period);
}
