using System.CommandLine;
using Ingest.Cli.Help;
using Ingest.Cli.Options;
using Ingest.Cli.Rendering;

namespace Ingest.Cli.Commands;

/// <summary><c>ingest status</c>: what the manifest remembers.</summary>
internal sealed class StatusCommand : CliCommand
{
    private readonly Argument<string?> run = new("RUN") { Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<int> limit = NewOption.Number("--limit", "The most runs to show (default 20)", 20, 1, 100_000, "-n");
    private readonly ConnectionOptions connection = new();
    private readonly ConsoleOptions console;

    /// <summary>The command, with the options that it shares with others.</summary>
    public StatusCommand(ConsoleOptions console) : base("status", "Show the last runs, or the files of one")
    {
        this.console = console;
        Arguments.Add(run);
        Add(Groups);
    }

    /// <inheritdoc/>
    public override HelpPage Help => new()
    {
        Purpose = "Shows what the manifest remembers: the last runs, or one run with its files.",
        Usage = "ingest status [RUN] [options]",
        Examples =
        [
            new("ingest status", "The last runs, newest first."),
            new("ingest status 0198c2", "One run, by the first characters of its id, with its files."),
            new("ingest status --output json --limit 1", "The last run, for a script."),
        ],
        Arguments = [("RUN", "A run's id, or its first characters")],
        Groups = [.. Groups, console.Group],
    };

    private IReadOnlyList<OptionGroup> Groups => [new("Options", [limit]), connection.Group];

    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(ParseResult arguments, Session session, CancellationToken cancellationToken)
    {
        await using var reader = await connection.OpenManifestAsync(arguments, session, cancellationToken);
        var json = session.Settings.Output == OutputFormat.Json;
        if (arguments.GetValue(run) is { } prefix)
        {
            var found = await reader.FindRunAsync(prefix, cancellationToken);
            var files = await reader.ListFilesAsync(found.RunId, cancellationToken);
            if (json) StatusJson.WriteRun(session.Shell.Out, found, files);
            else StatusText.WriteRun(session.Shell, found, files);
        }
        else
        {
            var runs = await reader.ListRunsAsync(arguments.GetValue(limit), cancellationToken);
            if (json) StatusJson.WriteRuns(session.Shell.Out, runs);
            else StatusText.WriteRuns(session.Shell, runs);
        }
        return ExitCode.Success;
    }
}
