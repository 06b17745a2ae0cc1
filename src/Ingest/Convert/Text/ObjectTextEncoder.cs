using System.Text;
using System.Text.Json;

namespace Ingest.Convert;

/// <summary>
/// Composite types and hstore, staged as text that the server casts. A JSON object, as rejects of Parquet files have it and
/// neither type reads, is written in the type's form (record_in, rowtypes.c; hstore_in, hstore_io.c); all else goes
/// through as it is.
/// </summary>
/// <param name="attributes">The attributes of a composite type, or null for hstore.</param>
internal sealed class ObjectTextEncoder(IReadOnlyList<string>? attributes) : FieldEncoder
{
    /// <inheritdoc/>
    public override ConversionFailure Encode(ReadOnlySpan<byte> text, RowBuffer row)
    {
        var start = row.BeginField();
        if (text.StartsWith("{"u8) && Members(text) is { } members)
        {
            if (attributes is null) WritePairs(members, row);
            else if (members.TrueForAll(m => attributes.Contains(m.Name))) WriteAttributes(members, attributes, row);
            else QuotedText.Append(text, row);
        }
        else
        {
            QuotedText.Append(text, row);
        }
        row.EndField(start);
        return ConversionFailure.None;
    }

    private static void WritePairs(List<(string Name, byte[]? Value)> members, RowBuffer row)
    {
        for (var i = 0; i < members.Count; i++)
        {
            if (i > 0) QuotedText.Append(","u8, row);
            QuotedText.AppendQuoted(Encoding.UTF8.GetBytes(members[i].Name), row);
            QuotedText.Append("=>"u8, row);
            if (members[i].Value is { } value) QuotedText.AppendQuoted(value, row);
            else QuotedText.Append("NULL"u8, row);
        }
    }

    private static void WriteAttributes(List<(string Name, byte[]? Value)> members, IReadOnlyList<string> attributes, RowBuffer row)
    {
        QuotedText.Append("("u8, row);
        for (var i = 0; i < attributes.Count; i++)
        {
            if (i > 0) QuotedText.Append(","u8, row);
            if (members.Find(m => m.Name == attributes[i]).Value is { } value) QuotedText.AppendQuoted(value, row);
        }
        QuotedText.Append(")"u8, row);
    }

    /// <summary>Strings without their quotes, other values as JSON writes them; null for what is no JSON object.</summary>
    private static List<(string Name, byte[]? Value)>? Members(ReadOnlySpan<byte> text)
    {
        try
        {
            using var json = JsonDocument.Parse(text.ToArray());
            return [.. json.RootElement.EnumerateObject().Select(m => (m.Name, Text(m.Value)))];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The latter is half of a surrogate pair in a string.
            return null;
        }
    }

    private static byte[]? Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.String => Encoding.UTF8.GetBytes(value.GetString()!),
        _ => Encoding.UTF8.GetBytes(value.GetRawText()),
    };
}
