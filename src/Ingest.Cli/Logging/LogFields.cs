using System.Globalization;
using System.Text;
using Serilog.Events;
using Serilog.Parsing;

namespace Ingest.Cli.Logging;

/// <summary>The parts of a log event that both formats print.</summary>
internal static class LogFields
{
    // Added by the bridge from Microsoft's logging interface; the same in every event.
    private static readonly string[] Noise = ["SourceContext", "EventId", "Scope"];

    /// <summary>The time in UTC, to the millisecond.</summary>
    public static string Time(LogEvent logEvent) =>
        logEvent.Timestamp.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>The message with its values filled in, texts without quotes.</summary>
    public static string Message(LogEvent logEvent)
    {
        var message = new StringBuilder();
        foreach (var token in logEvent.MessageTemplate.Tokens)
        {
            if (token is PropertyToken property && logEvent.Properties.TryGetValue(property.PropertyName, out var value))
                message.Append(Plain(value, property.Format));
            else
                message.Append(token);
        }
        return message.ToString();
    }

    /// <summary>The properties by their snake_case names.</summary>
    public static IEnumerable<(string Name, LogEventPropertyValue Value)> Properties(LogEvent logEvent) =>
        logEvent.Properties.Where(pair => !Noise.Contains(pair.Key)).Select(pair => (SnakeCase(pair.Key), pair.Value));

    /// <summary>The properties that the message does not show.</summary>
    public static IEnumerable<(string Name, LogEventPropertyValue Value)> PropertiesBesidesMessage(LogEvent logEvent)
    {
        var shown = logEvent.MessageTemplate.Tokens.OfType<PropertyToken>().Select(token => SnakeCase(token.PropertyName)).ToHashSet();
        return Properties(logEvent).Where(property => !shown.Contains(property.Name));
    }

    /// <summary>A value as plain text.</summary>
    /// <param name="value">The value.</param>
    /// <param name="format">The format that the message template asks for, or null.</param>
    public static string Plain(LogEventPropertyValue value, string? format = null) => value switch
    {
        ScalarValue { Value: null } => "null",
        ScalarValue { Value: IFormattable number } => number.ToString(format, CultureInfo.InvariantCulture),
        ScalarValue { Value: { } text } => text.ToString() ?? "",
        _ => value.ToString(null, CultureInfo.InvariantCulture),
    };

    private static string SnakeCase(string name)
    {
        var snake = new StringBuilder(name.Length + 4);
        for (var i = 0; i < name.Length; i++)
        {
            if (char.IsAsciiLetterUpper(name[i]) && i > 0 && char.IsAsciiLetterLower(name[i - 1])) snake.Append('_');
            snake.Append(char.ToLowerInvariant(name[i]));
        }
        return snake.ToString();
    }
}
