namespace Ingest.Benchmarks.Race.Contenders;

/// <summary>The reference loader in Python with asyncpg; slow, so that a usual run has it do one work only.</summary>
/// <param name="everyUpsert">Whether it does every upsert, not only the one into an empty table.</param>
internal sealed class AsyncpgReference(bool everyUpsert)
    : Contender("asyncpg", "a loader in Python: asyncpg, 4 workers, batches of 50,000 rows into a table of texts, upsert with casts")
{
    private const string Script = "tests/Ingest.Benchmarks/Race/asyncpg_reference.py";

    private readonly string? python = Programs.FindAll("python3", "python").FirstOrDefault(p => Programs.Ask(p, "-c", "import asyncpg") is not null);

    public override string? Missing => python is null ? "no python3 on PATH has asyncpg" : null;

    public override string? Version =>
        python is null ? null : Programs.Ask(python, "-c", "import asyncpg, platform; print('asyncpg', asyncpg.__version__, 'on Python', platform.python_version())");

    public override bool Takes(Heat heat) =>
        heat.Work.Upserts && !heat.Work.Parquet && !heat.Workload.ForPgloader && (everyUpsert || heat.Work == Work.Upsert);

    public override Task<IReadOnlyList<RaceCommand>> CommandsAsync(Heat heat, Ground ground, CancellationToken cancellationToken)
    {
        var inputs = ground.Files.Whole(heat.Workload, heat.Work.ChangedPercent);
        string[] arguments = [Script, "--table", TargetTable.Name, "--key", string.Join(',', heat.Workload.Dataset.Key), .. inputs];
        return Task.FromResult<IReadOnlyList<RaceCommand>>([new(python!, arguments, inputs)]);
    }
}
