using System.CommandLine;
using Ingest.Cli.Help;
using Ingest.Cli.Options;
using Ingest.Cli.Rendering;
using Ingest.Plan;
using Ingest.Postgres;

namespace Ingest.Cli.Commands;

/// <summary><c>ingest inspect</c>: what is in a file, and the lines that load it.</summary>
internal sealed class InspectCommand : CliCommand
{
    private readonly Argument<string> file = new("FILE");
    private readonly TargetOptions target = new();
    private readonly SourceOptions source = new();
    private readonly ConsoleOptions console;

    /// <summary>The command, with the options that it shares with others.</summary>
    public InspectCommand(ConsoleOptions console) : base("inspect", "Show a file's layout, columns and types, and the lines that load it")
    {
        this.console = console;
        Arguments.Add(file);
        Add(Groups);
    }

    /// <inheritdoc/>
    public override HelpPage Help => new()
    {
        Purpose = "Shows a CSV file's dialect, encoding, columns, inferred types and first records, or a Parquet file's schema, row groups, "
            + "codecs, encodings, statistics and first records, and the CREATE TABLE and load lines that fit. It needs no database.",
        Usage = "ingest inspect FILE [options]",
        Examples = [new("ingest inspect items.csv --pk id", "With the key in the CREATE TABLE and load lines.")],
        Arguments = [("FILE", "A path; - is standard input")],
        Groups = [.. Groups, console.Group],
    };

    private IReadOnlyList<OptionGroup> Groups => [new("Target", [target.Table, target.Key]), source.Group];

    /// <inheritdoc/>
    public override Task<ExitCode> RunAsync(ParseResult arguments, Session session, CancellationToken cancellationToken)
    {
        var path = arguments.GetValue(file)!;
        var job = new LoadJob
        {
            Files = [path],
            StandardInput = session.Shell.OpenInput,
            FileType = arguments.GetValue(source.Type),
            Table = TableName.Parse(arguments.GetValue(target.Table) ?? InspectionText.TableNameOf(path)),
            Key = arguments.GetValue(target.Key) ?? [],
            Headers = arguments.GetValue(source.Headers) is { Length: > 0 } headers ? headers : null,
            Csv = source.ReadCsv(arguments),
            Convert = source.ReadConvert(arguments),
        };
        var words = arguments.Tokens.Select(token => token.Value);
        var isJson = session.Settings.Output == OutputFormat.Json;
        if (ParquetInspection.Fits(job))
        {
            var parquet = ParquetInspection.Of(job);
            var load = InspectionText.LoadLine(path, job, words);
            if (isJson) ParquetInspectionJson.Write(session.Shell.Out, parquet, load);
            else ParquetInspectionText.Write(session.Shell, parquet, load);
        }
        else
        {
            var text = FileInspection.Of(job);
            var load = InspectionText.LoadLine(path, job, words.Concat(text.LoadOptions));
            if (isJson) InspectionJson.Write(session.Shell.Out, text, load);
            else InspectionText.Write(session.Shell, text, load);
        }
        return Task.FromResult(ExitCode.Success);
    }
}
