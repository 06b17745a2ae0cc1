using System.Runtime.InteropServices;

namespace Ingest.Cli;

/// <summary>Turns the first SIGINT or SIGTERM into a cancellation, and lets a second one end the process at once.</summary>
internal sealed class InterruptSignals : IDisposable
{
    private readonly CancellationTokenSource source = new();
    private readonly List<PosixSignalRegistration> registrations = [];
    private int received;

    /// <summary>Starts listening.</summary>
    public InterruptSignals()
    {
        registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Handle(context, ExitCode.Interrupted)));
        registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Handle(context, ExitCode.Terminated)));
    }

    /// <summary>Is cancelled by the first signal.</summary>
    public CancellationToken Token => source.Token;

    /// <summary>The exit code of the signal that came, or null when none did.</summary>
    public ExitCode? Code => Volatile.Read(ref received) is var code and not 0 ? (ExitCode)code : null;

    /// <summary>What is still to be said when a second signal ends the process at once.</summary>
    public Action<ExitCode>? LastWords { get; set; }

    /// <inheritdoc/>
    public void Dispose()
    {
        registrations.ForEach(registration => registration.Dispose());
        source.Dispose();
    }

    private void Handle(PosixSignalContext context, ExitCode code)
    {
        context.Cancel = true;
        if (Interlocked.CompareExchange(ref received, (int)code, 0) != 0)
        {
            LastWords?.Invoke(code);
            Environment.Exit((int)code);
        }
        // The handler's thread must not run what hangs on the token.
        _ = source.CancelAsync();
    }
}
