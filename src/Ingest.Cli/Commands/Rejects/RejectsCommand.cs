using System.CommandLine;
using Ingest.Cli.Help;
using Ingest.Cli.Options;

namespace Ingest.Cli.Commands.Rejects;

/// <summary><c>ingest rejects</c>: the records that could not be applied.</summary>
internal sealed class RejectsCommand : Command
{
    /// <summary>The command, with the options that it shares with others.</summary>
    public RejectsCommand(ConsoleOptions console) : base("rejects", "List, export and replay records that could not be applied")
    {
        Subcommands.Add(new ListCommand(console));
        Subcommands.Add(new ExportCommand(console));
        Subcommands.Add(new ReplayCommand(console));
    }

    /// <summary>What <c>--help</c> prints.</summary>
    public HelpPage Help => new()
    {
        Purpose = "Lists, exports and replays the records that could not be applied.",
        Usage = "ingest rejects COMMAND [options]",
        Examples =
        [
            new("ingest rejects list", "Every open reject: file, record, column, reason."),
            new("ingest rejects export --table public.items -o bad.csv", "The records in their own columns, with the reason; correct them there."),
            new("ingest rejects replay bad.csv", "Load the corrected records, and mark their rejects as resolved."),
        ],
        ArgumentsTitle = "Commands",
        Arguments = [.. Subcommands.Select(command => (command.Name, command.Description ?? ""))],
    };
}
