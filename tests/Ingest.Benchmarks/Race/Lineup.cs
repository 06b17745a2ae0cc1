using Ingest.Benchmarks.Race.Contenders;

namespace Ingest.Benchmarks.Race;

/// <summary>Who takes part, and who does not for which reason.</summary>
internal sealed class Lineup
{
    private readonly RaceOptions options;
    private readonly List<Contender> present = [];
    private readonly Dictionary<string, string> skipped = [];

    /// <summary>Looks for every contender on this machine.</summary>
    public Lineup(RaceOptions options)
    {
        this.options = options;
        var parquet = Programs.FindAll("node").Any() && Programs.FindAll("npm").Any() ? null : "node and npm, which make the file, are not installed";
        if (parquet is not null) skipped["Parquet"] = parquet;
        var psql = new Psql();
        Ingest = new IngestLoad();
        foreach (var contender in new Contender[]
        {
            Ingest, new PsqlCopy(psql), new HandUpsert(psql), new HandUpsertInTwo(psql), new AsyncpgReference(options.Long), new Pgloader(), new Floor(psql),
            new IngestCsv(),
        })
        {
            if (contender.Missing is { } reason) skipped[contender.Name] = reason;
            else present.Add(contender);
        }
        Heats =
        [
            .. from workload in Workload.All(options)
               where options.Workloads.Count == 0 || options.Workloads.Contains(workload.Name)
               from work in workload.Works
               where options.Wants(work.Name) && (parquet is null || !work.Parquet)
               select new Heat(workload, work),
        ];
    }

    /// <summary>Our own command.</summary>
    public Contender Ingest { get; }

    /// <summary>What is raced, in order; a workload's heats are neighbours.</summary>
    public IReadOnlyList<Heat> Heats { get; }

    /// <summary>Everyone who takes part in any heat.</summary>
    public IReadOnlyList<Contender> Present => [.. present.Where(c => Heats.Any(c.Takes))];

    /// <summary>Who cannot take part, with the reason.</summary>
    public IReadOnlyDictionary<string, string> Skipped => skipped;

    /// <summary>Who takes part in a heat, in the order of the first round.</summary>
    public IReadOnlyList<Contender> For(Heat heat) => [.. present.Where(c => c.Takes(heat))];

    /// <summary>One line for each heat, measure and absent contender.</summary>
    public IEnumerable<string> Describe()
    {
        foreach (var heat in Heats) yield return $"{heat} ({heat.Workload.Rows} rows): {string.Join(", ", For(heat).Select(c => c.Name))}";
        foreach (var measure in RaceOptions.Measures.Where(options.WantsMeasure)) yield return measure;
        foreach (var (name, reason) in skipped) yield return $"skipped: {name}: {reason}";
    }
}
