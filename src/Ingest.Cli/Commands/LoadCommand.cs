using System.CommandLine;
using Ingest.Cli.Help;
using Ingest.Cli.Options;
using Ingest.Plan;
using Ingest.Sandbox;

namespace Ingest.Cli.Commands;

/// <summary><c>ingest load</c>: files into a table.</summary>
internal sealed class LoadCommand : CliCommand
{
    private readonly LoadOptions options = new();
    private readonly ConsoleOptions console;

    /// <summary>The command, with the options that it shares with others.</summary>
    public LoadCommand(ConsoleOptions console) : base("load", "Load files into a table")
    {
        this.console = console;
        Arguments.Add(options.Files);
        Add(options.Groups);
    }

    /// <inheritdoc/>
    public override HelpPage Help => new()
    {
        Purpose = "Loads CSV and Parquet files into a PostgreSQL table, in parallel and exactly once: every record is applied, "
            + "superseded by a later one of the same key, or kept as a reject with its reason.",
        Usage = "ingest load FILES... --table NAME [options]",
        Examples =
        [
            new("ingest load items.csv --table public.items --dry-run", "Show the plan and what would be rejected; write nothing."),
            new("ingest load 'exports/*.csv' --table public.items --pk id --resume",
                "Update or insert by id. After a crash or a failure, the same command goes on where it ended."),
            new("ingest load feed.csv.gz --table items --max-rejects 0.5% --output json",
                "Keep bad records aside (ingest rejects list), fail when they are too many, print the result for a script."),
        ],
        Arguments =
        [
            ("FILES...", "Paths and patterns (*, ?, **; quote them to let ingest expand them), .gz, .bz2, .br and .zst too; - is standard input"),
        ],
        Groups = [.. options.Groups, console.Group],
        ExitCodes = true,
    };

    /// <summary>Reads the job; for tests too.</summary>
    public LoadJob ReadJob(ParseResult arguments) => options.Read(arguments);

    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(ParseResult arguments, Session session, CancellationToken cancellationToken)
    {
        var job = ReadJob(arguments);
        if (arguments.GetValue(options.Run.Sandbox)) return await RunInSandboxAsync(job, session, cancellationToken);
        var connection = session.Resolve(arguments.GetValue(options.Connection.Dsn));
        return await LoadRun.RunAsync(job, connection, session, cancellationToken);
    }

    private static async Task<ExitCode> RunInSandboxAsync(LoadJob job, Session session, CancellationToken cancellationToken)
    {
        try
        {
            await using var sandbox = await PostgresSandbox.StartAsync(new() { Dsn = null }, cancellationToken);
            return await LoadRun.RunAsync(job, session.Resolve(sandbox.Dsn), session, cancellationToken);
        }
        catch (SandboxException e)
        {
            throw new PlanException(e.Code, e.Message, e);
        }
    }
}
