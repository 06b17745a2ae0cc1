using System.CommandLine;

namespace Ingest.Cli.Help;

/// <summary>The content of one help page, in the order in which it is printed.</summary>
internal sealed record HelpPage
{
    /// <summary>One sentence: what the command does.</summary>
    public required string Purpose { get; init; }

    /// <summary>The shape of a call.</summary>
    public required string Usage { get; init; }

    /// <summary>The calls that people need first.</summary>
    public IReadOnlyList<Example> Examples { get; init; } = [];

    /// <summary>The arguments and sub-commands, as two columns.</summary>
    public IReadOnlyList<(string Name, string Text)> Arguments { get; init; } = [];

    /// <summary>The heading over <see cref="Arguments"/>.</summary>
    public string ArgumentsTitle { get; init; } = "Arguments";

    /// <summary>The options by purpose.</summary>
    public IReadOnlyList<OptionGroup> Groups { get; init; } = [];

    /// <summary>Whether the exit codes are printed at the end.</summary>
    public bool ExitCodes { get; init; }
}

/// <summary>A call and what it does.</summary>
internal sealed record Example(string Call, string Text);

/// <summary>Options that serve one purpose.</summary>
internal sealed record OptionGroup(string Title, IReadOnlyList<Option> Options);
