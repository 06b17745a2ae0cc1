namespace Ingest.Benchmarks.Race.Contenders;

/// <summary>An upsert by hand: <c>\copy</c> into a temporary table, then INSERT … ON CONFLICT, in one psql session.</summary>
internal sealed class HandUpsert(Psql psql)
    : Contender("by hand", "psql `\\copy` into a temporary table, then one INSERT … ON CONFLICT, in one session")
{
    public override string? Missing => psql.Missing;

    public override string? Version => psql.Version;

    public override bool Takes(Heat heat) => heat.Work.Upserts && !heat.Work.Parquet && !heat.Workload.ForPgloader;

    public override Task<IReadOnlyList<RaceCommand>> CommandsAsync(Heat heat, Ground ground, CancellationToken cancellationToken)
    {
        var inputs = ground.Files.Whole(heat.Workload, heat.Work.ChangedPercent);
        return Task.FromResult<IReadOnlyList<RaceCommand>>([psql.Session(ground.Scratch, "upsert", Psql.Upsert(heat.Workload.Dataset, inputs), inputs)]);
    }
}
