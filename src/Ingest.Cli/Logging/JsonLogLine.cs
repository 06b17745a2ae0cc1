using System.Buffers;
using System.Text;
using System.Text.Json;
using Serilog.Events;

namespace Ingest.Cli.Logging;

/// <summary>A log event as a JSON object on one line: <c>time</c>, <c>level</c>, <c>message</c>, then its properties.</summary>
internal static class JsonLogLine
{
    /// <summary>Formats an event.</summary>
    public static string Format(LogEvent logEvent)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer, Rendering.JsonStyle.Compact))
        {
            json.WriteStartObject();
            json.WriteString("time", LogFields.Time(logEvent));
            json.WriteString("level", Level(logEvent.Level));
            json.WriteString("message", LogFields.Message(logEvent));
            foreach (var (name, value) in LogFields.Properties(logEvent))
            {
                json.WritePropertyName(name);
                Write(json, value);
            }
            if (logEvent.Exception is { } exception) json.WriteString("exception", exception.ToString());
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static string Level(LogEventLevel level) => level switch
    {
        LogEventLevel.Verbose => "trace",
        LogEventLevel.Debug => "debug",
        LogEventLevel.Information => "info",
        LogEventLevel.Warning => "warning",
        _ => "error",
    };

    private static void Write(Utf8JsonWriter json, LogEventPropertyValue value)
    {
        switch (value)
        {
            case ScalarValue { Value: null }: json.WriteNullValue(); break;
            case ScalarValue { Value: bool flag }: json.WriteBooleanValue(flag); break;
            case ScalarValue { Value: int number }: json.WriteNumberValue(number); break;
            case ScalarValue { Value: long number }: json.WriteNumberValue(number); break;
            case ScalarValue { Value: decimal number }: json.WriteNumberValue(number); break;
            case ScalarValue { Value: double number } when double.IsFinite(number): json.WriteNumberValue(number); break;
            case SequenceValue sequence:
                json.WriteStartArray();
                foreach (var element in sequence.Elements) Write(json, element);
                json.WriteEndArray();
                break;
            default: json.WriteStringValue(LogFields.Plain(value)); break;
        }
    }
}
