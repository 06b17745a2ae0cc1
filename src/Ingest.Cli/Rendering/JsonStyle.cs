using System.Text.Encodings.Web;
using System.Text.Json;

namespace Ingest.Cli.Rendering;

/// <summary>How JSON is written: non-ASCII letters as they are (the output is no HTML).</summary>
internal static class JsonStyle
{
    /// <summary>On one line.</summary>
    public static JsonWriterOptions Compact { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Indented.</summary>
    public static JsonWriterOptions Indented { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, Indented = true };

    /// <summary>Prints one document.</summary>
    public static void Print(TextWriter output, Action<Utf8JsonWriter> write)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Indented)) write(json);
        output.WriteLine(System.Text.Encoding.UTF8.GetString(buffer.WrittenSpan));
    }
}
