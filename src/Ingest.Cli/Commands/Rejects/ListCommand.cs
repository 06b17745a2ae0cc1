using System.CommandLine;
using Ingest.Cli.Help;
using Ingest.Cli.Options;
using Ingest.Cli.Rendering;
using Ingest.Manifest.Queries;

namespace Ingest.Cli.Commands.Rejects;

/// <summary><c>ingest rejects list</c>.</summary>
internal sealed class ListCommand : CliCommand
{
    private static readonly string[] Titles = ["id", "file", "record", "line", "column", "code", "message"];

    private readonly RejectFilterOptions filter = new();
    private readonly Option<int> limit = NewOption.Number("--limit", "The most rejects to show (default 100)", 100, 1, 1_000_000, "-n");
    private readonly ConnectionOptions connection = new();
    private readonly ConsoleOptions console;

    /// <summary>The command, with the options that it shares with others.</summary>
    public ListCommand(ConsoleOptions console) : base("list", "List rejects with their reasons")
    {
        this.console = console;
        Add(Groups);
    }

    /// <inheritdoc/>
    public override HelpPage Help => new()
    {
        Purpose = "Lists the records that could not be applied, with the reason.",
        Usage = "ingest rejects list [options]",
        Groups = [.. Groups, console.Group],
    };

    private IReadOnlyList<OptionGroup> Groups => [filter.Group, new("Options", [limit]), connection.Group];

    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(ParseResult arguments, Session session, CancellationToken cancellationToken)
    {
        await using var reader = await connection.OpenManifestAsync(arguments, session, cancellationToken);
        var wanted = await filter.ReadAsync(arguments, reader, cancellationToken) with { Limit = arguments.GetValue(limit) };
        var count = await reader.CountRejectsAsync(wanted, cancellationToken);
        var rejects = await reader.ReadRejectsAsync(wanted, cancellationToken).ToListAsync(cancellationToken);
        if (session.Settings.Output == OutputFormat.Json) StatusJson.WriteRejects(session.Shell.Out, count, rejects);
        else Print(session.Shell, count, rejects);
        return ExitCode.Success;
    }

    private static void Print(Shell shell, long count, List<RejectRow> rejects)
    {
        if (rejects.Count == 0)
        {
            shell.Out.WriteLine("no rejects");
            return;
        }
        TextTable.Print(shell, Titles, rejects.ConvertAll(Line), column => column is 0 or 2 or 3);
        if (count > rejects.Count) shell.Out.WriteLine($"… {Figures.Count(count - rejects.Count)} more; --limit shows them");
    }

    private static string[] Line(RejectRow reject) =>
        [$"{reject.Id}", reject.File, $"{reject.Record}", $"{reject.Line}", reject.Column ?? "", reject.Code, reject.Message];
}
