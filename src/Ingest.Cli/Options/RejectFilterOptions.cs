using System.CommandLine;
using Ingest.Cli.Help;
using Ingest.Manifest.Queries;

namespace Ingest.Cli.Options;

/// <summary>Which rejects a command is about.</summary>
internal sealed class RejectFilterOptions
{
    public Option<string?> Run { get; } = NewOption.Text("--run", "RUN", "Those of one run: its id or the first characters of it");

    public Option<string?> File { get; } = NewOption.Text("--file", "NAME", "Those of one file: its path, or the end of it");

    public Option<string?> Table { get; } = NewOption.Text("--table", "NAME", "Those of one target table", "-t");

    public Option<bool> All { get; } = NewOption.Switch("--all", "Also those that a replay has resolved", "-a");

    /// <summary>The options for a help page.</summary>
    public OptionGroup Group => new("Which rejects", [Run, File, Table, All]);

    /// <summary>Reads the filter; the run's id is completed from the manifest.</summary>
    public async Task<RejectFilter> ReadAsync(ParseResult arguments, ManifestReader reader, CancellationToken cancellationToken) => new()
    {
        RunId = arguments.GetValue(Run) is { } prefix ? (await reader.FindRunAsync(prefix, cancellationToken)).RunId : null,
        File = arguments.GetValue(File),
        Table = arguments.GetValue(Table),
        IncludeResolved = arguments.GetValue(All),
    };
}
