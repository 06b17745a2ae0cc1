using BenchmarkDotNet.Running;
using Ingest.Benchmarks;
using Ingest.Benchmarks.Data;
using Ingest.Benchmarks.Race;

switch (args)
{
    case ["generate" or "ddl", ..]:
        return DataVerbs.Run(args);
    case ["decode"]:
        Console.WriteLine(DecodeResult.Measure().Describe());
        return 0;
    case ["race", .. var options]:
        return await RaceVerb.RunAsync(options);
    default:
        BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
        return 0;
}
