using System.Text;
using System.Text.Json;

namespace Ingest.Formats.Csv;

/// <summary>A dialect as the manifest stores it.</summary>
internal static class DialectJson
{
    /// <summary>Writes <c>{"delimiter":";","quote":"\"","escape":"\"","comment":""}</c>; empty for none.</summary>
    public static string Write(CsvDialect dialect)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("delimiter", Text(dialect.Delimiter));
            json.WriteString("quote", Text(dialect.Quote));
            json.WriteString("escape", Text(dialect.Escape));
            json.WriteString("comment", Text(dialect.Comment));
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    public static CsvDialect Read(string text)
    {
        using var json = JsonDocument.Parse(text);
        var root = json.RootElement;
        return new(Byte("delimiter"), Byte("quote"), Byte("escape"), Byte("comment"));

        byte Byte(string name) => root.GetProperty(name).GetString() is { Length: > 0 } s ? (byte)s[0] : (byte)0;
    }

    private static string Text(byte c) => c == 0 ? "" : ((char)c).ToString();
}
