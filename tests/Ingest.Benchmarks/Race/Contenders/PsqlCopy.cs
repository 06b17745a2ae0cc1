namespace Ingest.Benchmarks.Race.Contenders;

/// <summary>psql's <c>\copy</c> into the target.</summary>
internal sealed class PsqlCopy(Psql psql) : Contender("\\copy", "psql `\\copy` into the target")
{
    public override string? Missing => psql.Missing;

    public override string? Version => psql.Version;

    public override bool Takes(Heat heat) => !heat.Work.Upserts && !heat.Work.Parquet;

    public override Task<IReadOnlyList<RaceCommand>> CommandsAsync(Heat heat, Ground ground, CancellationToken cancellationToken)
    {
        var inputs = ground.Files.Whole(heat.Workload, heat.Work.ChangedPercent);
        return Task.FromResult<IReadOnlyList<RaceCommand>>([psql.Session(ground.Scratch, "copy", Psql.Append(inputs), inputs)]);
    }
}
