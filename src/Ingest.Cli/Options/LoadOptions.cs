using System.CommandLine;
using Ingest.Cli.Help;
using Ingest.Plan;
using Ingest.Postgres;

namespace Ingest.Cli.Options;

/// <summary>All options of <c>load</c>, and the job that they describe.</summary>
internal sealed class LoadOptions
{
    public Argument<string[]> Files { get; } = new("FILES") { Arity = ArgumentArity.ZeroOrMore };

    public ConnectionOptions Connection { get; } = new();

    public TargetOptions Target { get; } = new();

    public SourceOptions Source { get; } = new();

    public RunOptions Run { get; } = new();

    /// <summary>The groups in the order of the help page.</summary>
    public IReadOnlyList<OptionGroup> Groups => [Target.Group, Connection.Group, Run.Group, Target.ToleranceGroup, Source.Group];

    /// <summary>Reads the job.</summary>
    /// <exception cref="PlanException">Options are missing, contradict each other, or name what cannot be.</exception>
    public LoadJob Read(ParseResult arguments)
    {
        var files = arguments.GetValue(Files) ?? [];
        if (files.Length == 0) throw UsageMessages.Error(UsageMessages.NoFiles);
        var table = arguments.GetValue(Target.Table) ?? throw UsageMessages.Error(UsageMessages.NoTable);
        if (arguments.GetValue(Run.Sandbox) && arguments.GetValue(Connection.Dsn) is not null)
            throw UsageMessages.Error(UsageMessages.SandboxAndDsn);

        return new()
        {
            Files = files,
            Table = TableName.Parse(table),
            Key = arguments.GetValue(Target.Key) ?? [],
            Headers = arguments.GetValue(Source.Headers) is { Length: > 0 } headers ? headers : null,
            FileType = arguments.GetValue(Source.Type),
            Mode = arguments.GetValue(Target.Mode),
            ChunkSize = arguments.GetValue(Run.ChunkSize),
            Concurrency = arguments.GetValue(Run.Concurrency),
            Resume = arguments.GetValue(Run.Resume),
            Restart = arguments.GetValue(Run.Restart),
            Force = arguments.GetValue(Run.Force),
            DryRun = arguments.GetValue(Run.DryRun),
            Tolerant = Target.ReadTolerant(arguments),
            TolerantMode = arguments.GetValue(Target.TolerantMode),
            ExtraColumns = arguments.GetValue(Target.ExtraColumns),
            CreateTable = arguments.GetValue(Target.CreateTable),
            PreserveTypes = arguments.GetValue(Target.PreserveTypes),
            MaxRetries = arguments.GetValue(Run.MaxRetries),
            MaxRejects = Target.ReadMaxRejects(arguments),
            OnDuplicate = Target.ReadOnDuplicate(arguments),
            Csv = Source.ReadCsv(arguments),
            Convert = Source.ReadConvert(arguments),
            BeforeSql = RunOptions.ReadSql(arguments, Run.BeforeSql),
            AfterSql = RunOptions.ReadSql(arguments, Run.AfterSql),
            Analyze = arguments.GetValue(Run.Analyze),
            ManifestSchema = arguments.GetValue(Connection.ManifestSchema)!,
            Durable = arguments.GetValue(Run.Durable),
            CommandTimeout = arguments.GetValue(Connection.CommandTimeout),
            LockTimeout = arguments.GetValue(Run.LockTimeout),
            ReconnectWindow = arguments.GetValue(Run.ReconnectWindow),
        };
    }
}
