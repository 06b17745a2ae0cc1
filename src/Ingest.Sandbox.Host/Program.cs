using System.Runtime.InteropServices;
using Ingest.Sandbox;
using Ingest.Sandbox.Host;

// Holds a sandbox open for scripts: prints its DSN as the first line of stdout, and removes it when standard input
// ends or a signal arrives.
HostArguments arguments;
try
{
    arguments = HostArguments.Parse(args);
}
catch (FormatException e)
{
    Console.Error.WriteLine($"ingest-sandbox: {e.Message}");
    Console.Error.WriteLine(HostArguments.Usage);
    return 2;
}

var end = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
void OnSignal(PosixSignalContext context)
{
    context.Cancel = true;
    end.TrySetResult();
}

using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);

try
{
    await using var sandbox = await PostgresSandbox.StartAsync(arguments.Options);
    Console.Out.WriteLine(arguments.Options.Databases is [var database, ..] ? sandbox.DsnFor(database) : sandbox.Dsn);
    Console.Out.Flush();
    _ = Task.Run(() =>
    {
        while (Console.In.ReadLine() is not null)
        {
        }

        end.TrySetResult();
    });
    await end.Task;
    return 0;
}
catch (SandboxException e)
{
    Console.Error.WriteLine($"ingest-sandbox: {e.Message}");
    return 1;
}
