using System.CommandLine;
using Ingest.Cli.Help;
using Ingest.Cli.Options;
using Ingest.Cli.Rendering;
using Ingest.Manifest;
using Ingest.Postgres;
using Microsoft.Extensions.Logging;

namespace Ingest.Cli.Commands;

/// <summary><c>ingest init</c>: the manifest, ahead of the first load.</summary>
internal sealed class InitCommand : CliCommand
{
    private readonly Option<string> role = new("--role")
    {
        HelpName = "NAME", Description = "The role that will load, for the grants (default loader)", DefaultValueFactory = _ => "loader",
    };

    private readonly Option<string?> table = NewOption.Text("--table", "NAME", "A table that it will load into, for the grants", "-t");
    private readonly ConnectionOptions connection = new();
    private readonly ConsoleOptions console;

    /// <summary>The command, with the options that it shares with others.</summary>
    public InitCommand(ConsoleOptions console) : base("init", "Create the manifest ahead, and print the grants of a loading role")
    {
        this.console = console;
        Add(Groups);
    }

    /// <inheritdoc/>
    public override HelpPage Help => new()
    {
        Purpose = "Creates the manifest's schema and tables, as a role that may, and prints the grants that a least-privileged loading "
            + "role needs. Without it, the first load creates them.",
        Usage = "ingest init [options]",
        Examples = [new("ingest init --role loader --table public.items > grants.sql", "Create the manifest; review the grants and run them.")],
        Groups = [.. Groups, console.Group],
    };

    private IReadOnlyList<OptionGroup> Groups => [new("Options", [role, table]), connection.Group];

    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(ParseResult arguments, Session session, CancellationToken cancellationToken)
    {
        var schema = arguments.GetValue(connection.ManifestSchema)!;
        var target = arguments.GetValue(table) is { } name ? TableName.Parse(name) : null;
        var setup = await ManifestSetup.RunAsync(
            session.Resolve(arguments.GetValue(connection.Dsn)), schema, arguments.GetValue(role)!, target, session.Log, cancellationToken);
        if (session.Settings.Output == OutputFormat.Json) WriteJson(session.Shell.Out, schema, setup);
        else WriteText(session, schema, setup);
        return ExitCode.Success;
    }

    private static void WriteText(Session session, string schema, ManifestSetup setup)
    {
        session.Log.LogInformation("the manifest in schema {Schema} {Outcome}; a role that only loads needs these grants:",
            schema, setup.Created ? "was created" : "is there already");
        foreach (var grant in setup.Grants) session.Shell.Out.WriteLine(grant);
    }

    private static void WriteJson(TextWriter output, string schema, ManifestSetup setup) => JsonStyle.Print(output, json =>
    {
        json.WriteStartObject();
        json.WriteString("manifest_schema", schema);
        json.WriteBoolean("created", setup.Created);
        json.WriteStartArray("grants");
        foreach (var grant in setup.Grants) json.WriteStringValue(grant);
        json.WriteEndArray();
        json.WriteEndObject();
    });
}
