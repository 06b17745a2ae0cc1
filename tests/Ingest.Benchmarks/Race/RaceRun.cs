using Ingest.Benchmarks.Race.Report;

namespace Ingest.Benchmarks.Race;

/// <summary>One race from the start of its server to its end.</summary>
internal static class RaceRun
{
    private static readonly string[] Settings =
        ["shared_buffers", "huge_pages", "fsync", "synchronous_commit", "full_page_writes", "wal_level", "wal_compression", "min_wal_size", "max_wal_size", "checkpoint_timeout"];

    private static readonly string DataFolder = Path.Combine("artifacts", "bench");

    /// <summary>Holds it.</summary>
    /// <param name="options">What is asked for.</param>
    /// <param name="lineup">Who takes part.</param>
    /// <param name="invocation">The command that was typed.</param>
    /// <param name="cancellationToken">Ends it; server and scratch files go.</param>
    /// <exception cref="RaceException">It cannot be held, or a measure of our own failed.</exception>
    public static async Task<RaceReport> HoldAsync(RaceOptions options, Lineup lineup, string invocation, CancellationToken cancellationToken)
    {
        if (!File.Exists("Ingest.sln")) throw new RaceException("start it in the repository's root, or by tests/bench.sh");
        if (lineup.Ingest.Missing is { } missing) throw new RaceException(missing);
        foreach (var (name, reason) in lineup.Skipped) Progress.Say($"skipped: {name}: {reason}");

        // Alone, before there is a server that could take a share of the cores.
        var decode = options.WantsMeasure(RaceOptions.DecodeMeasure) ? DecodeResult.Measure() : null;
        var scratch = Directory.CreateDirectory(Path.Combine(DataFolder, $"scratch-{Environment.ProcessId}"));
        try
        {
            await using var server = await RaceServer.StartAsync(options.WalGigabytes, options.SmallPages, cancellationToken);
            var files = new InputFiles(DataFolder);
            var folder = Path.Combine(DataFolder, scratch.Name);
            var ground = new Ground(server, files, new ReferenceRows(server, files, folder), folder);
            var table = new TargetTable(server, files);
            var meter = new CommandMeter(folder, server.Environment);
            var clocked = new Clocked(ground, table, meter);

            // The manifest's tables are there in every clocked run alike.
            await clocked.RunAsync(lineup.Ingest, new(Workload.Narrow(1000), Work.Upsert), cancellationToken);
            var results = await RaceAsync(clocked, lineup, ground, table, options.Rounds, cancellationToken);
            var sizes = options.WantsMeasure(SizesMeasure.Name) ? await SizesMeasure.RunAsync(clocked, lineup, options, cancellationToken) : [];
            var allocation = options.WantsMeasure(AllocationMeasure.Name)
                ? await AllocationMeasure.RunAsync(ground, table, options.Rows, cancellationToken)
                : null;
            return new()
            {
                Date = DateTime.UtcNow.ToString("yyyy-MM-dd"),
                Invocation = invocation,
                Rounds = options.Rounds,
                Machine = Machine.Current(),
                MeasuredBy = meter.Method,
                Versions = [.. await VersionsAsync(server, lineup, cancellationToken)],
                ServerSettings = await SettingsAsync(server, cancellationToken),
                Workloads = lineup.Heats.Select(h => h.Workload).Distinct().ToDictionary(w => w.Name, w => w.Title),
                Contenders = lineup.Present.ToDictionary(c => c.Name, c => c.Title),
                Peers = [.. lineup.Present.Where(c => c.IsPeer).Select(c => c.Name)],
                Skipped = lineup.Skipped,
                Results = Ratios.Set(results, lineup.Ingest.Name),
                Sizes = sizes,
                Allocation = allocation,
                Decode = decode,
            };
        }
        finally
        {
            scratch.Delete(recursive: true);
        }
    }

    private static async Task<IReadOnlyList<HeatResult>> RaceAsync(
        Clocked clocked, Lineup lineup, Ground ground, TargetTable table, int count, CancellationToken cancellationToken)
    {
        // Whoever comes first on a server that has just started also makes its files and first touches its memory:
        // an append of 5,000,000 rows took 7.6 s there, and 5.3 s from the second on.
        if (lineup.Heats is [var first, ..])
        {
            Progress.Say("not counted, because the server has just started:");
            await new Rounds(clocked, 1).RunAsync(first, lineup.For(first), cancellationToken);
            Progress.Say("counted from here on:");
        }
        var rounds = new Rounds(clocked, count);
        var results = new List<HeatResult>();
        foreach (var workload in lineup.Heats.GroupBy(h => h.Workload))
        {
            foreach (var heat in workload) results.AddRange(await rounds.RunAsync(heat, lineup.For(heat), cancellationToken));
            await table.ForgetAsync(cancellationToken);
            await ground.Reference.ForgetAsync(cancellationToken);
        }
        return results;
    }

    private static async Task<IEnumerable<string>> VersionsAsync(RaceServer server, Lineup lineup, CancellationToken cancellationToken) =>
        new[] { $"PostgreSQL {await server.AskAsync("SHOW server_version", cancellationToken)}", $".NET {Environment.Version}" }
            .Concat(lineup.Present.Select(c => c.Version).OfType<string>().Distinct());

    private static async Task<IReadOnlyDictionary<string, string>> SettingsAsync(RaceServer server, CancellationToken cancellationToken)
    {
        var values = new Dictionary<string, string>();
        foreach (var name in Settings) values[name] = await server.AskAsync($"SHOW {name}", cancellationToken);
        return values;
    }
}
