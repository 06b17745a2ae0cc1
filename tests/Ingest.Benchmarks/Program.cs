using BenchmarkDotNet.Running;
using Ingest.Benchmarks;
using Ingest.Benchmarks.Data;
using Ingest.Benchmarks.Race;

switch (args)
{
    case ["generate" or "ddl", ..]:
        return DataVerbs.Run(args);
    case ["decode"]:
        var one = DecodeRate.Measure(threads: 1, rounds: 3);
        var two = DecodeRate.Measure(threads: 2, rounds: 3);
        Console.WriteLine($"decode + convert + route of the narrow data: {one:F0} MB/s on one core, {two:F0} MB/s on two ({two / one:F2} ×)");
        return 0;
    case ["race", .. var options]:
        return await RaceVerb.RunAsync(options);
    default:
        BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
        return 0;
}
