namespace Ingest.Benchmarks.Race.Contenders;

/// <summary>pgloader's plain load: it has no upsert.</summary>
internal sealed class Pgloader()
    : Contender("pgloader", "pgloader's LOAD CSV into the empty table, with its defaults")
{
    private readonly string? program = Programs.FindAll("pgloader").FirstOrDefault();

    public override string? Missing => program is null ? "pgloader is not installed" : null;

    public override string? Version => program is null ? null : Programs.Ask(program, "--version");

    public override bool Takes(Heat heat) => heat.Workload.ForPgloader;

    public override Task<IReadOnlyList<RaceCommand>> CommandsAsync(Heat heat, Ground ground, CancellationToken cancellationToken)
    {
        var inputs = ground.Files.Whole(heat.Workload, heat.Work.ChangedPercent);
        var fields = string.Join(", ", heat.Workload.Dataset.Columns.Select(c => c.Nullable ? $"{c.Name} [null if blanks]" : c.Name));
        var columns = string.Join(", ", heat.Workload.Dataset.Columns.Select(c => c.Name));
        var script = Path.GetFullPath(Path.Combine(ground.Scratch, "pgloader.load"));
        // The password comes from the environment.
        File.WriteAllText(script,
            $"""
            LOAD CSV
                FROM '{Path.GetFullPath(inputs[0])}' ({fields})
                INTO {ground.Server.Uri}
                TARGET TABLE public.{TargetTable.Name} ({columns})
                WITH skip header = 1, fields optionally enclosed by '"', fields escaped by double-quote, fields terminated by ',';

            """);
        string[] arguments = ["--root-dir", Path.GetFullPath(ground.Scratch), script];
        return Task.FromResult<IReadOnlyList<RaceCommand>>([new(program!, arguments, inputs)]);
    }
}
