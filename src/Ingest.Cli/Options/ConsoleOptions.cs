using System.CommandLine;
using Ingest.Cli.Help;
using Microsoft.Extensions.Logging;

namespace Ingest.Cli.Options;

/// <summary>What every command is told about its output.</summary>
internal sealed record ConsoleSettings(OutputFormat Output, LogLevel LogLevel, LogFormat LogFormat, bool Quiet)
{
    /// <summary>The settings when the command line could not be read.</summary>
    public static ConsoleSettings Default { get; } = new(OutputFormat.Text, LogLevel.Information, LogFormat.Text, false);
}

/// <summary>How results are printed on standard output.</summary>
internal enum OutputFormat
{
    /// <summary>A table.</summary>
    Text,

    /// <summary>One JSON document.</summary>
    Json,
}

/// <summary>How log events are printed on standard error.</summary>
internal enum LogFormat
{
    /// <summary>Time, level, message and properties.</summary>
    Text,

    /// <summary>A JSON object a line.</summary>
    Json,
}

/// <summary>The options about output that every command has.</summary>
internal sealed class ConsoleOptions
{
    /// <summary><c>--output</c>.</summary>
    public Option<OutputFormat> Output { get; } = Choice.Of("--output",
        "The form of the result on standard output; json prints one document and nothing else, also on failure",
        ("text", OutputFormat.Text), ("json", OutputFormat.Json));

    /// <summary><c>--log-level</c>.</summary>
    public Option<LogLevel> Level { get; } = Choice.Of("--log-level", "The least serious event to log on standard error (default info)",
        ("info", LogLevel.Information), ("debug", LogLevel.Debug), ("trace", LogLevel.Trace), ("warning", LogLevel.Warning), ("error", LogLevel.Error));

    /// <summary><c>--log-format</c>.</summary>
    public Option<LogFormat> Format { get; } = Choice.Of("--log-format", "The form of log lines", ("text", LogFormat.Text), ("json", LogFormat.Json));

    /// <summary><c>--quiet</c>.</summary>
    public Option<bool> Quiet { get; } = NewOption.Switch("--quiet", "No progress, no summary, and of the log only warnings and errors", "-q");

    /// <summary>The options for a help page.</summary>
    public OptionGroup Group => new("Output and logs", [Output, Level, Format, Quiet]);

    /// <summary>Reads the values.</summary>
    public ConsoleSettings Read(ParseResult arguments)
    {
        var quiet = arguments.GetValue(Quiet);
        var level = arguments.GetValue(Level);
        if (quiet && arguments.GetResult(Level) is null or { Implicit: true }) level = LogLevel.Warning;
        return new(arguments.GetValue(Output), level, arguments.GetValue(Format), quiet);
    }
}
