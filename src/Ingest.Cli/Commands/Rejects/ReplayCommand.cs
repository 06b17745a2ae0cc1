using System.CommandLine;
using Ingest.Cli.Help;
using Ingest.Cli.Options;
using Ingest.Cli.Rendering;
using Ingest.Formats.Csv;
using Ingest.Manifest;
using Ingest.Manifest.Queries;
using Ingest.Plan;
using Ingest.Postgres;
using Microsoft.Extensions.Logging;

namespace Ingest.Cli.Commands.Rejects;

/// <summary><c>ingest rejects replay</c>: corrected rejects into the table that they were meant for.</summary>
internal sealed class ReplayCommand : CliCommand
{
    private readonly Argument<string> file = new("FILE");
    private readonly TargetOptions target = new();
    private readonly SourceOptions source = new();
    private readonly Option<bool> resume = NewOption.Switch("--resume", "Go on where an interrupted replay of the file ended; so it always does");
    private readonly Option<bool> restart = NewOption.Switch("--restart", "Load every record again, resolved or not: into a table that was made anew");
    private readonly ConnectionOptions connection = new();
    private readonly ConsoleOptions console;

    /// <summary>The command, with the options that it shares with others.</summary>
    public ReplayCommand(ConsoleOptions console) : base("replay", "Load corrected rejects and mark them as resolved")
    {
        this.console = console;
        Arguments.Add(file);
        Add(Groups);
    }

    /// <inheritdoc/>
    public override HelpPage Help => new()
    {
        Purpose = "Loads the corrected records of an exported file into the table that they were meant for, in the same mode, "
            + "and marks their rejects as resolved. A record that is rejected again has a new reject. It can be repeated, also from an edited file or a copy: "
            + "a record is loaded once. One whose fields were left empty, its text still in " + RejectExport.RawColumn + ", stays open.",
        Usage = "ingest rejects replay FILE [options]",
        Examples = [new("ingest rejects replay bad.csv --pk id", "Give the key and the value options that the load had.")],
        Arguments = [("FILE", "A file from 'ingest rejects export', its values corrected")],
        Groups = [.. Groups, console.Group],
        ExitCodes = true,
    };

    private IReadOnlyList<OptionGroup> Groups =>
        [new("As in the load", [target.Key, target.MaxRejects, target.Tolerant, target.TolerantMode, target.ExtraColumns, source.Null, source.DateFormat, source.DecimalComma]), new("The run", [resume, restart]), connection.Group];

    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(ParseResult arguments, Session session, CancellationToken cancellationToken)
    {
        var path = arguments.GetValue(file)!;
        if (path.Length == 0) throw UsageMessages.Error(UsageMessages.NoFileName(file.Name));
        var replay = RejectReplay.Open(path);
        if (replay.Ids.Count == 0) return PrintNothingToDo(path, session);
        await using var reader = await connection.OpenManifestAsync(arguments, session, cancellationToken);
        var origin = await replay.FindOriginAsync(reader, cancellationToken);
        var plan = await replay.PlanAsync(reader, arguments.GetValue(restart), cancellationToken);
        var job = Job(arguments, path, replay.Delimiter, origin, plan);

        var result = await LoadRun.LoadAsync(job, session.Resolve(arguments.GetValue(connection.Dsn)), session, cancellationToken);
        session.Log.LogInformation("{Resolved} of {Rejects} rejects resolved", await replay.CountResolvedAsync(reader, result.RunId, cancellationToken), replay.Ids.Count);
        if (plan.Resolved.Count > 0) session.Log.LogInformation("{Rejects} left out: they were resolved before", plan.Resolved.Count);
        if (plan.Uncorrected.Count > 0)
            session.Log.LogWarning("{Rejects} left as they are: correct their fields, not {Column}", plan.Uncorrected.Count, RejectExport.RawColumn);
        return LoadRun.Print(result, job, session);
    }

    private static ExitCode PrintNothingToDo(string path, Session session)
    {
        if (session.Settings.Output == OutputFormat.Json)
            ResultJson.Write(session.Shell.Out, new() { RunId = Guid.Empty, Files = [], Elapsed = TimeSpan.Zero, ExitCode = ExitCode.Success }, ExitCode.Success, text => text);
        else
            session.Log.LogInformation("{File} has no records: nothing to do", path);
        return ExitCode.Success;
    }

    private LoadJob Job(ParseResult arguments, string path, char delimiter, RejectOrigin origin, Replay replay) => new()
    {
        Files = [path],
        Table = TableName.Parse(origin.Target),
        Key = arguments.GetValue(target.Key) ?? [],
        Mode = TargetOptions.ModeOf(origin.Mode),
        FileType = FileType.Csv,
        Resume = !arguments.GetValue(restart) || arguments.GetValue(resume),
        Restart = arguments.GetValue(restart),
        IgnoredColumnPrefix = RejectExport.Prefix,
        Replay = replay,
        Tolerant = target.ReadTolerant(arguments),
        TolerantMode = arguments.GetValue(target.TolerantMode),
        ExtraColumns = arguments.GetValue(target.ExtraColumns),
        MaxRejects = target.ReadMaxRejects(arguments),
        Csv = new CsvOptions { Delimiter = delimiter, Encoding = "utf-8", Null = arguments.GetValue(source.Null) },
        Convert = source.ReadConvert(arguments),
        ManifestSchema = arguments.GetValue(connection.ManifestSchema)!,
        CommandTimeout = arguments.GetValue(connection.CommandTimeout),
    };
}
