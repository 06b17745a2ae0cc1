using System.CommandLine;
using Ingest.Cli.Help;

namespace Ingest.Cli;

/// <summary>A command that can be run, with the page that explains it.</summary>
internal abstract class CliCommand(string name, string description) : Command(name, description)
{
    /// <summary>What <c>--help</c> prints.</summary>
    public abstract HelpPage Help { get; }

    /// <summary>Runs the command.</summary>
    /// <exception cref="IngestException">What went wrong, for the operator.</exception>
    public abstract Task<ExitCode> RunAsync(ParseResult arguments, Session session, CancellationToken cancellationToken);

    /// <summary>Adds the options of the groups.</summary>
    protected void Add(IEnumerable<OptionGroup> groups)
    {
        foreach (var option in groups.SelectMany(group => group.Options)) Options.Add(option);
    }
}
