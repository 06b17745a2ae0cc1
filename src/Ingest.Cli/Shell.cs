using System.Collections;
using System.Text;

namespace Ingest.Cli;

/// <summary>What surrounds the process: streams, environment, and whether a person is watching.</summary>
internal sealed record Shell
{
    /// <summary>Opens standard input.</summary>
    public Func<Stream>? OpenInput { get; init; }

    /// <summary>Standard output: results only.</summary>
    public required TextWriter Out { get; init; }

    /// <summary>Standard error: logs, progress and errors.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>Why standard output could not be written, once it was flushed; null while it could.</summary>
    public Func<IOException?> OutFailure { get; init; } = () => null;

    /// <summary>The environment variables.</summary>
    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    /// <summary>Whether standard output is a terminal.</summary>
    public bool OutIsTerminal { get; init; }

    /// <summary>Whether standard error is a terminal.</summary>
    public bool ErrorIsTerminal { get; init; }

    /// <summary>Columns of text for help and tables.</summary>
    public int Width { get; init; } = 100;

    /// <summary>Columns of a line that is drawn over: one that is wrapped would be erased in part.</summary>
    public int LineWidth { get; init; } = 100;

    /// <summary>Whether colour is welcome (https://no-color.org).</summary>
    public bool Colour => string.IsNullOrEmpty(Environment.GetValueOrDefault("NO_COLOR")) && Environment.GetValueOrDefault("TERM") != "dumb";

    /// <summary>The shell of this process.</summary>
    public static Shell Current()
    {
        var outIsTerminal = !Console.IsOutputRedirected;
        var errorIsTerminal = !Console.IsErrorRedirected;
        var output = new ConsoleSink(Console.OpenStandardOutput);
        return new()
        {
            OpenInput = Console.OpenStandardInput,
            // Buffered and flushed at the end: exported rejects may be many.
            Out = new StreamWriter(output, new UTF8Encoding(false), 16 << 10),
            OutFailure = () => output.Failure,
            Error = TextWriter.Synchronized(new StreamWriter(new ConsoleSink(Console.OpenStandardError), new UTF8Encoding(false), 1 << 10) { AutoFlush = true }),
            Environment = ReadEnvironment(),
            OutIsTerminal = outIsTerminal,
            ErrorIsTerminal = errorIsTerminal,
            Width = outIsTerminal || errorIsTerminal ? Math.Clamp(TerminalWidth(), 60, 200) : 100,
            LineWidth = errorIsTerminal ? TerminalWidth() : 100,
        };
    }

    private static Dictionary<string, string> ReadEnvironment()
    {
        var variables = new Dictionary<string, string>(OperatingSystem.IsWindows() ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal);
        foreach (DictionaryEntry entry in System.Environment.GetEnvironmentVariables())
            variables[(string)entry.Key] = (string?)entry.Value ?? "";
        return variables;
    }

    private static int TerminalWidth()
    {
        try
        {
            return Console.WindowWidth is > 0 and var width ? width : 100;
        }
        catch (IOException)
        {
            return 100;
        }
    }
}
