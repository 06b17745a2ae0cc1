namespace Ingest.Benchmarks.Race.Contenders;

/// <summary>
/// What the server itself needs: rows that are encoded already, sent by two psql sessions at once. An append goes
/// straight into the target; an upsert into a temporary table of each session, merged by one INSERT … ON CONFLICT.
/// </summary>
internal sealed class Floor(Psql psql)
    : Contender("floor", "rows in COPY's binary format, made beforehand, sent by two psql sessions at once: "
        + "an append straight into the target, an upsert into a temporary table and by one INSERT … ON CONFLICT of each session")
{
    public override string? Missing => psql.Missing;

    public override string? Version => psql.Version;

    public override bool IsPeer => false;

    public override bool Takes(Heat heat) => !heat.Work.Parquet && !heat.Workload.ForPgloader;

    public override async Task<IReadOnlyList<RaceCommand>> CommandsAsync(Heat heat, Ground ground, CancellationToken cancellationToken)
    {
        var files = await ground.Reference.HalvesAsync(heat.Workload, heat.Work.ChangedPercent, cancellationToken);
        return [.. files.Select((file, i) => psql.Session(ground.Scratch, $"floor-{i}", Script(heat, file), [file]))];
    }

    private static IEnumerable<string> Script(Heat heat, string file) =>
        heat.Work.Upserts ? Psql.Upsert(heat.Workload.Dataset, [file]) : Psql.Append([file]);
}
