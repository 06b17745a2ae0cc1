using System.Globalization;
using Ingest.FaultTests;
using Ingest.FaultTests.Faults;

// The test assembly as a program is the soak: --minutes N --seed S; or one run again: --replay SEED --mode append|upsert FAULT...
var options = args.Take(args.Length & ~1).Chunk(2).TakeWhile(pair => pair[0].StartsWith("--", StringComparison.Ordinal)).ToDictionary(pair => pair[0], pair => pair[1]);
if (options.TryGetValue("--replay", out var replayed))
{
    await using var cluster = await FaultCluster.StartAsync();
    var faults = args[(options.Count * 2)..].Select(Catalog.Find).ToArray();
    var report = await FaultRun.ExecuteAsync(cluster, faults, options.GetValueOrDefault("--mode") == "upsert", new Random(int.Parse(replayed, CultureInfo.InvariantCulture)));
    Console.WriteLine(report);
    return report.IsRight ? 0 : 1;
}
var minutes = double.Parse(options.GetValueOrDefault("--minutes", "10"), CultureInfo.InvariantCulture);
var seed = options.TryGetValue("--seed", out var given) ? int.Parse(given, CultureInfo.InvariantCulture) : Environment.TickCount;
return await new Soak(Console.Out, seed).RunAsync(TimeSpan.FromMinutes(minutes));
