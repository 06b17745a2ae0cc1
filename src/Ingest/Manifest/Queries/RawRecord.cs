using System.Text;
using System.Text.Json;

namespace Ingest.Manifest.Queries;

/// <summary>A field as it was written: quotes decide between NULL and the empty string, so they are kept.</summary>
internal readonly record struct RawField(string Value, bool IsQuoted);

/// <summary>
/// Splits delimited text into records and fields, for the few records that are rejects; the load's own parser works on
/// blocks of bytes.
/// </summary>
/// <param name="delimiter">The separator.</param>
/// <param name="quote">The quote, or '\0' for none.</param>
/// <param name="escape">The escape inside quotes; equal to the quote when quotes are doubled.</param>
internal sealed class RawRecord(char delimiter, char quote, char escape)
{
    /// <summary>Reads the dialect of a manifest entry; what is missing is RFC 4180's.</summary>
    public static RawRecord Of(string dialect)
    {
        using var json = JsonDocument.Parse(dialect.Length > 0 ? dialect : "{}");
        var root = json.RootElement;
        var quote = Character("quote", '"');
        return new(Character("delimiter", ','), quote, Character("escape", quote));

        char Character(string name, char fallback) =>
            root.ValueKind == JsonValueKind.Object && root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
                ? value.GetString() is { Length: > 0 } text ? text[0] : '\0'
                : fallback;
    }

    /// <summary>The fields of a text that is one record, or null when it is not exactly one.</summary>
    public List<RawField>? Split(string record)
    {
        using var reader = new StringReader(record.TrimEnd('\r', '\n'));
        var fields = Read(reader);
        return reader.Peek() < 0 ? fields : null;
    }

    /// <summary>The next record, or null at the end or when a quote is never closed.</summary>
    public List<RawField>? Read(TextReader reader)
    {
        if (reader.Peek() < 0) return null;
        var fields = new List<RawField>();
        var value = new StringBuilder();
        var isQuoted = false;
        while (true)
        {
            var c = reader.Read();
            if (c < 0 || c == '\n' || c == '\r')
            {
                if (c == '\r' && reader.Peek() == '\n') reader.Read();
                fields.Add(new(value.ToString(), isQuoted));
                return fields;
            }
            if (c == delimiter)
            {
                fields.Add(new(value.ToString(), isQuoted));
                value.Clear();
                isQuoted = false;
            }
            else if (c == quote && quote != '\0' && value.Length == 0 && !isQuoted)
            {
                isQuoted = true;
                if (!ReadQuoted(reader, value)) return null;
            }
            else
            {
                value.Append((char)c);
            }
        }
    }

    private bool ReadQuoted(TextReader reader, StringBuilder value)
    {
        while (true)
        {
            var c = reader.Read();
            if (c < 0) return false;
            if (c == escape && escape != '\0' && (reader.Peek() == quote || (escape != quote && reader.Peek() == escape)))
                value.Append((char)reader.Read());
            else if (c == quote)
                return true;
            else
                value.Append((char)c);
        }
    }
}
