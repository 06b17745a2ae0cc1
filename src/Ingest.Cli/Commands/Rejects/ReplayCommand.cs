using System.CommandLine;
using Ingest.Cli.Help;
using Ingest.Cli.Options;
using Ingest.Cli.Rendering;
using Ingest.Formats.Csv;
using Ingest.Manifest;
using Ingest.Manifest.Queries;
using Ingest.Plan;
using Ingest.Postgres;

namespace Ingest.Cli.Commands.Rejects;

/// <summary><c>ingest rejects replay</c>: corrected rejects into the table that they were meant for.</summary>
internal sealed class ReplayCommand : CliCommand
{
    private readonly Argument<string> file = new("FILE");
    private readonly TargetOptions target = new();
    private readonly SourceOptions source = new();
    private readonly Option<bool> resume = NewOption.Switch("--resume", "Go on where an interrupted replay of the file ended; so it always does");
    private readonly Option<bool> restart = NewOption.Switch("--restart", "Load the file from the start although an interrupted replay of it exists");
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
            + "and marks their rejects as resolved. A record that is rejected again has a new reject. It can be repeated: a record is loaded once.",
        Usage = "ingest rejects replay FILE [options]",
        Examples = [new("ingest rejects replay bad.csv --pk id", "Give the key and the value options that the load had.")],
        Arguments = [("FILE", "A file from 'ingest rejects export', its values corrected")],
        Groups = [.. Groups, console.Group],
        ExitCodes = true,
    };

    private IReadOnlyList<OptionGroup> Groups =>
        [new("As in the load", [target.Key, source.Null, source.DateFormat, source.DecimalComma, target.MaxRejects]), new("The run", [resume, restart]), connection.Group];

    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(ParseResult arguments, Session session, CancellationToken cancellationToken)
    {
        var path = arguments.GetValue(file)!;
        var replay = RejectReplay.Open(path);
        if (replay.Ids.Count == 0) return PrintNothingToDo(path, session);
        await using var reader = await connection.OpenManifestAsync(arguments, session, cancellationToken);
        var origin = await replay.FindOriginAsync(reader, cancellationToken);
        var job = Job(arguments, path, replay, origin);

        var result = await LoadRun.LoadAsync(job, session.Resolve(arguments.GetValue(connection.Dsn)), session, cancellationToken);
        if (result.Files is [{ Status: FileStatus.Success or FileStatus.AlreadyLoaded }])
        {
            var resolved = await replay.ResolveAsync(reader, result.RunId, cancellationToken);
            if (!session.Settings.Quiet) await session.Shell.Error.WriteLineAsync($"{resolved} of {replay.Ids.Count} rejects resolved");
        }
        return LoadRun.Print(result, job, session);
    }

    private static ExitCode PrintNothingToDo(string path, Session session)
    {
        if (session.Settings.Output == OutputFormat.Json)
            ResultJson.Write(session.Shell.Out, new() { RunId = Guid.Empty, Files = [], Elapsed = TimeSpan.Zero, ExitCode = ExitCode.Success }, ExitCode.Success, text => text);
        else if (!session.Settings.Quiet)
            session.Shell.Error.WriteLine($"{Identifier.Show(path)} has no records: nothing to do");
        return ExitCode.Success;
    }

    private LoadJob Job(ParseResult arguments, string path, RejectReplay replay, RejectOrigin origin) => new()
    {
        Files = [path],
        Table = TableName.Parse(origin.Target),
        Key = arguments.GetValue(target.Key) ?? [],
        Mode = TargetOptions.ModeOf(origin.Mode),
        FileType = FileType.Csv,
        Resume = !arguments.GetValue(restart) || arguments.GetValue(resume),
        Restart = arguments.GetValue(restart),
        IgnoredColumnPrefix = RejectExport.Prefix,
        MaxRejects = target.ReadMaxRejects(arguments),
        Csv = new CsvOptions { Delimiter = replay.Delimiter, Encoding = "utf-8", Null = arguments.GetValue(source.Null) },
        Convert = source.ReadConvert(arguments),
        ManifestSchema = arguments.GetValue(connection.ManifestSchema)!,
        CommandTimeout = arguments.GetValue(connection.CommandTimeout),
    };
}
