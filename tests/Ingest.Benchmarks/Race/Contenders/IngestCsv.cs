namespace Ingest.Benchmarks.Race.Contenders;

/// <summary>Our own load of the same rows as CSV: the peer of Parquet.</summary>
internal sealed class IngestCsv() : Contender("ingest, CSV", "`ingest load` of the same rows as CSV, beside Parquet")
{
    public override string? Missing => null;

    public override bool IsPeer => false;

    public override bool Takes(Heat heat) => heat.Work.Parquet;

    public override Task<IReadOnlyList<RaceCommand>> CommandsAsync(Heat heat, Ground ground, CancellationToken cancellationToken) =>
        Task.FromResult(IngestLoad.Commands(ground.Files.Whole(heat.Workload, 0), heat.Work));
}
