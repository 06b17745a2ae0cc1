using System.CommandLine;
using System.Text;
using Ingest.Cli.Help;
using Ingest.Cli.Options;
using Ingest.Manifest.Queries;
using Ingest.Postgres;
using Microsoft.Extensions.Logging;

namespace Ingest.Cli.Commands.Rejects;

/// <summary><c>ingest rejects export</c>.</summary>
internal sealed class ExportCommand : CliCommand
{
    private readonly RejectFilterOptions filter = new();
    private readonly Option<string?> file = NewOption.Text("--out", "FILE", "The file to write (default: standard output)", "-o");
    private readonly ConnectionOptions connection = new();
    private readonly ConsoleOptions console;

    /// <summary>The command, with the options that it shares with others.</summary>
    public ExportCommand(ConsoleOptions console) : base("export", "Write rejects as CSV in the source's own columns")
    {
        this.console = console;
        Add(Groups);
    }

    /// <inheritdoc/>
    public override HelpPage Help => new()
    {
        Purpose = "Writes rejected records as CSV (UTF-8, commas) in the source's own columns, followed by "
            + string.Join(", ", RejectExport.AddedColumns) + ". A record that does not split into the columns stands whole in _reject_raw.",
        Usage = "ingest rejects export [-o FILE] [options]",
        Examples = [new("ingest rejects export --run 0198c2 -o bad.csv", "One run's rejects; correct the values, keep the _reject_ columns, then replay the file.")],
        Groups = [.. Groups, console.Group],
    };

    private IReadOnlyList<OptionGroup> Groups => [filter.Group, new("Options", [file]), connection.Group];

    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(ParseResult arguments, Session session, CancellationToken cancellationToken)
    {
        if (session.Settings.Output == OutputFormat.Json) throw UsageMessages.Error(UsageMessages.ExportIsCsv);
        var path = arguments.GetValue(file);
        if (path is "") throw UsageMessages.Error(UsageMessages.NoFileName(file.Name));
        await using var reader = await connection.OpenManifestAsync(arguments, session, cancellationToken);
        var export = await RejectExport.PrepareAsync(reader, await filter.ReadAsync(arguments, reader, cancellationToken), cancellationToken);
        if (path is null)
            await export.WriteAsync(session.Shell.Out, cancellationToken);
        else
            session.Log.LogInformation("{Rejects} rejects written to {File}", await WriteAsync(export, path, cancellationToken), path);
        return ExitCode.Success;
    }

    /// <summary>Writes the file to its end: what a disk has no room for is known when it is closed.</summary>
    private static async Task<long> WriteAsync(RejectExport export, string path, CancellationToken cancellationToken)
    {
        var output = Create(path);
        try
        {
            await using (output) return await export.WriteAsync(output, cancellationToken);
        }
        catch (IOException e)
        {
            throw new OutputException($"writing {Identifier.Show(path)} failed, {FileFailure.Reason(path, e)}; it holds a part at most: export again", e);
        }
    }

    private static StreamWriter Create(string path)
    {
        try
        {
            return new(path, append: false, new UTF8Encoding(false));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw UsageMessages.Error(UsageMessages.NotWritable(path, e));
        }
    }
}
