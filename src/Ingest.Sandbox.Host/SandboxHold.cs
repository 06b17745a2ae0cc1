using System.Runtime.InteropServices;

namespace Ingest.Sandbox.Host;

/// <summary>Holds a sandbox open for scripts.</summary>
internal static class SandboxHold
{
    /// <summary>
    /// Prints the sandbox's DSN (that of its first extra database, if there is one) as the first line of stdout, and
    /// removes the sandbox when standard input ends or a signal arrives.
    /// </summary>
    internal static async Task RunAsync(SandboxOptions options)
    {
        var end = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, End);

        await using var sandbox = await PostgresSandbox.StartAsync(options);
        Console.Out.WriteLine(options.Databases is [var database, ..] ? sandbox.DsnFor(database) : sandbox.Dsn);
        Console.Out.Flush();

        // A read of the console cannot be cancelled, so it has a thread that may outlive the sandbox.
        new Thread(() => { Drain(Console.In); end.TrySetResult(); }) { IsBackground = true }.Start();
        await end.Task;

        void End(PosixSignalContext context)
        {
            context.Cancel = true;
            end.TrySetResult();
        }
    }

    private static void Drain(TextReader input)
    {
        while (input.ReadLine() is not null)
        {
        }
    }
}
