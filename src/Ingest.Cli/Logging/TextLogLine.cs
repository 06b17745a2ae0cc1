using System.Text;
using Serilog.Events;

namespace Ingest.Cli.Logging;

/// <summary>A log event as one line of text: time, level, message, then the properties that the message does not show.</summary>
internal static class TextLogLine
{
    /// <summary>Formats an event; line breaks and control characters in it are escaped.</summary>
    public static string Format(LogEvent logEvent)
    {
        var line = new StringBuilder();
        line.Append(LogFields.Time(logEvent)).Append(' ').Append(Level(logEvent.Level)).Append(' ');
        Append(line, LogFields.Message(logEvent));
        foreach (var (name, value) in LogFields.PropertiesBesidesMessage(logEvent))
        {
            line.Append(' ').Append(name).Append('=');
            AppendValue(line, LogFields.Plain(value));
        }
        if (logEvent.Exception is { } exception)
        {
            line.Append(" exception=");
            AppendValue(line, exception.ToString());
        }
        return line.ToString();
    }

    private static string Level(LogEventLevel level) => level switch
    {
        LogEventLevel.Verbose => "TRC",
        LogEventLevel.Debug => "DBG",
        LogEventLevel.Information => "INF",
        LogEventLevel.Warning => "WRN",
        LogEventLevel.Error => "ERR",
        _ => "FTL",
    };

    private static void AppendValue(StringBuilder line, string value)
    {
        var quoted = value.Length == 0 || value.AsSpan().IndexOfAny(" \"=") >= 0;
        if (quoted) line.Append('"');
        Append(line, quoted ? value.Replace("\"", "\\\"", StringComparison.Ordinal) : value);
        if (quoted) line.Append('"');
    }

    private static void Append(StringBuilder line, string text)
    {
        foreach (var c in text)
        {
            if (c == '\n') line.Append("\\n");
            else if (c == '\r') line.Append("\\r");
            else if (char.IsControl(c)) line.Append($"\\u{(int)c:x4}");
            else line.Append(c);
        }
    }
}
