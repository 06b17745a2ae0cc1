namespace Ingest.Benchmarks.Race.Contenders;

/// <summary>The upsert by hand in two psql sessions at once, each with half of the file.</summary>
internal sealed class HandUpsertInTwo(Psql psql)
    : Contender("by hand × 2", "the same in two sessions at once, each with half of the rows; splitting the file is not counted")
{
    public override string? Missing => psql.Missing;

    public override string? Version => psql.Version;

    public override bool Takes(Heat heat) => heat.Work.Upserts && !heat.Work.Parquet && !heat.Workload.ForPgloader;

    public override Task<IReadOnlyList<RaceCommand>> CommandsAsync(Heat heat, Ground ground, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<RaceCommand>>(
            [.. ground.Files.Halves(heat.Workload, heat.Work.ChangedPercent).Select((half, i) => psql.Session(ground.Scratch, $"upsert-{i}", Psql.Upsert(heat.Workload.Dataset, half), half))]);
}
