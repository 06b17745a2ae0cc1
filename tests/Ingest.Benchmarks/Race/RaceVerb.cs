using System.Runtime.InteropServices;
using Ingest.Benchmarks.Race.Report;
using Ingest.Sandbox;

namespace Ingest.Benchmarks.Race;

/// <summary>The verb <c>race</c>, which <c>tests/bench.sh</c> calls in the repository's root.</summary>
internal static class RaceVerb
{
    private const int Failed = 1;

    private const int Misused = 2;

    private const int Interrupted = 130;

    /// <summary>Runs it and returns the exit code: 0; 1 when a contender fell out or the race could not be held; 2 for bad options.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        RaceOptions options;
        try
        {
            options = RaceOptions.Parse(args);
        }
        catch (FormatException e)
        {
            Console.Error.WriteLine(e.Message);
            Console.Error.WriteLine(RaceOptions.Usage);
            return Misused;
        }
        if (options.Help)
        {
            Console.WriteLine(RaceOptions.Usage);
            return 0;
        }
        var lineup = new Lineup(options);
        if (options.DryRun)
        {
            foreach (var line in lineup.Describe()) Console.WriteLine(line);
            return 0;
        }
        return await HoldAsync(options, lineup, string.Join(' ', ["tests/bench.sh", .. args]));
    }

    private static async Task<int> HoldAsync(RaceOptions options, Lineup lineup, string invocation)
    {
        using var interrupt = new CancellationTokenSource();
        using var keys = PosixSignalRegistration.Create(PosixSignal.SIGINT, Cancel);
        using var end = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Cancel);
        try
        {
            var report = await RaceRun.HoldAsync(options, lineup, invocation, interrupt.Token);
            Console.Write(ReportFiles.Write(report, lineup.Ingest.Name, options.Partial));
            return report.Clean ? 0 : Failed;
        }
        catch (Exception e) when (e is RaceException or SandboxException or IngestException)
        {
            Console.Error.WriteLine(e.Message);
            return Failed;
        }
        catch (OperationCanceledException)
        {
            return Interrupted;
        }

        void Cancel(PosixSignalContext signal)
        {
            // The server and the scratch files have to go first.
            signal.Cancel = true;
            interrupt.Cancel();
        }
    }
}
