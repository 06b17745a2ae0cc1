using System.CommandLine;
using Ingest.Cli.Commands;
using Ingest.Cli.Commands.Rejects;
using Ingest.Cli.Help;
using Ingest.Cli.Options;

namespace Ingest.Cli;

/// <summary>The program itself, with the options that every command has.</summary>
internal sealed class IngestCommand : Command
{
    /// <summary>The tree of commands.</summary>
    public IngestCommand() : base("ingest")
    {
        foreach (var option in (Option[])[Help, Version, .. Console.Group.Options])
        {
            option.Recursive = true;
            Options.Add(option);
        }
        Subcommands.Add(new LoadCommand(Console));
        Subcommands.Add(new InspectCommand(Console));
        Subcommands.Add(new InitCommand(Console));
        Subcommands.Add(new StatusCommand(Console));
        Subcommands.Add(new RejectsCommand(Console));
    }

    /// <summary><c>--help</c>.</summary>
    public Option<bool> Help { get; } = NewOption.Switch("--help", "Show help for the command", "-h", "-?");

    /// <summary><c>--version</c>.</summary>
    public Option<bool> Version { get; } = NewOption.Switch("--version", "Show the version");

    /// <summary>The options about output.</summary>
    public ConsoleOptions Console { get; } = new();

    /// <summary>What <c>ingest --help</c> prints.</summary>
    public HelpPage HelpPage => new()
    {
        Purpose = "ingest loads CSV and Parquet files into PostgreSQL: fast, exactly once, and no record lost.",
        Usage = "ingest COMMAND [options]",
        Examples =
        [
            new("ingest inspect items.csv", "Show what is in the file, and the CREATE TABLE and load lines that fit it."),
            new("ingest load 'exports/*.csv' --table public.items --pk id --resume",
                "Load all files; run it again after a failure and it goes on where it ended."),
            new("ingest status", "Show the last runs; 'ingest status RUN' shows the files of one."),
        ],
        ArgumentsTitle = "Commands",
        Arguments = [.. Subcommands.Select(command => (command.Name, command.Description ?? ""))],
        Groups = [new("Everywhere", [Help, Version, .. Console.Group.Options])],
        ExitCodes = true,
    };
}
