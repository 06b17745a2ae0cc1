namespace Ingest.Lanes;

/// <summary>Cancels a wait that lasts too long. It is used again and again, so that waiting for each segment of a file makes no garbage.</summary>
/// <param name="limit">How long a wait may last.</param>
internal sealed class IdleClock(TimeSpan limit) : IDisposable
{
    private CancellationTokenSource source = new();
    private CancellationTokenRegistration link;

    /// <summary>Begins a wait.</summary>
    /// <param name="cancellationToken">Ends it too.</param>
    /// <returns>Is cancelled by either.</returns>
    public CancellationToken Start(CancellationToken cancellationToken)
    {
        source.CancelAfter(limit);
        link = cancellationToken.UnsafeRegister(static state => ((CancellationTokenSource)state!).Cancel(), source);
        return source.Token;
    }

    /// <summary>Ends the wait.</summary>
    public void Stop()
    {
        link.Dispose();
        if (source.TryReset()) return;
        source.Dispose();
        source = new();
    }

    /// <summary>Ends the use of it.</summary>
    public void Dispose() => source.Dispose();
}
