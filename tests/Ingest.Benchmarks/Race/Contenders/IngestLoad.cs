namespace Ingest.Benchmarks.Race.Contenders;

/// <summary>Our own command as <c>scripts/publish.sh</c> makes it, with its defaults.</summary>
internal sealed class IngestLoad() : Contender("ingest", "`ingest load` with its defaults")
{
    /// <summary>The published command.</summary>
    public static string Program => Path.Combine("artifacts", "ingest", OperatingSystem.IsWindows() ? "ingest.exe" : "ingest");

    public override string? Missing => File.Exists(Program) ? null : $"{Program} is not there: run scripts/publish.sh";

    public override string? Version => Programs.Ask(Program, "--version");

    public override bool IsPeer => false;

    public override bool Takes(Heat heat) => true;

    public override Task<IReadOnlyList<RaceCommand>> CommandsAsync(Heat heat, Ground ground, CancellationToken cancellationToken) =>
        Task.FromResult(Commands(heat.Work.Parquet ? ground.Files.Parquet(heat.Workload) : ground.Files.Whole(heat.Workload, heat.Work.ChangedPercent), heat.Work));

    /// <summary>The load of some files; many are named by a pattern, as nobody types them all.</summary>
    public static IReadOnlyList<RaceCommand> Commands(IReadOnlyList<string> inputs, Work work)
    {
        var source = inputs.Count == 1 ? inputs[0] : Path.Combine(Path.GetDirectoryName(inputs[0])!, "*" + Path.GetExtension(inputs[0]));
        IReadOnlyList<string> mode = work.Upserts ? [] : ["--mode", "append", "--force"];
        return [new(Program, ["load", source, "--table", TargetTable.Name, "--quiet", .. mode], inputs)];
    }
}
