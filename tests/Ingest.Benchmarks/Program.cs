using BenchmarkDotNet.Running;
using Ingest.Benchmarks;

switch (args)
{
    case ["generate", "narrow", var rows, var path] when long.TryParse(rows, out var count) && count >= 0:
        NarrowData.Write(path, count, changed: false);
        return 0;
    case ["generate", "narrow", var rows, var path, "--changed"] when long.TryParse(rows, out var count) && count >= 0:
        NarrowData.Write(path, count, changed: true);
        return 0;
    case ["ddl", "narrow"]:
        Console.WriteLine(NarrowData.Ddl("narrow"));
        return 0;
    case ["generate" or "ddl", ..]:
        Console.Error.WriteLine("generate narrow ROWS FILE [--changed]: writes the benchmark's CSV file; ddl narrow: prints its table");
        return 2;
    default:
        BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
        return 0;
}
