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
    case ["ddl", "narrow", .. var table] when table.Length < 2:
        Console.WriteLine(NarrowData.Ddl(table is [var name] ? name : "narrow"));
        return 0;
    case ["generate" or "ddl", ..]:
        Console.Error.WriteLine("generate narrow ROWS FILE [--changed]: writes the benchmark's CSV file; ddl narrow [TABLE]: prints its table");
        return 2;
    default:
        BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
        return 0;
}
