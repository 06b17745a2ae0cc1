using System.Text.Json;

namespace Ingest.Manifest.Queries;

/// <summary>Splits the raw form of a Parquet row, a JSON object, into its fields.</summary>
internal static class RawJson
{
    /// <summary>What the manifest has as dialect of such rows.</summary>
    public const string Dialect = """{"format":"json"}""";

    /// <summary>The member of a row that names its fields without a text: a load of what stands there would make another value of it.</summary>
    public const string NoText = RejectExport.Prefix + "no_text";

    /// <summary>Whether a manifest entry's rows are JSON objects.</summary>
    public static bool IsDialect(string dialect)
    {
        using var json = JsonDocument.Parse(dialect.Length > 0 ? dialect : "{}");
        return json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("format", out var format) && format.ValueEquals("json");
    }

    /// <summary>
    /// The fields in the order of the header, as text that a load of CSV converts to the same values: nested ones as JSON,
    /// NULL as the unquoted empty field. Null when the text is no such object, or a field of it has no text.
    /// </summary>
    public static List<RawField>? Split(string record, IReadOnlyList<string> header)
    {
        try
        {
            using var json = JsonDocument.Parse(record);
            var row = json.RootElement;
            return row.ValueKind == JsonValueKind.Object && !row.TryGetProperty(NoText, out _) ? [.. header.Select(name => Field(row, name))] : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static RawField Field(JsonElement row, string name) =>
        !row.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null ? new("", IsQuoted: false)
        : value.ValueKind == JsonValueKind.String ? new(value.GetString()!, IsQuoted: true)
        : new(value.GetRawText(), IsQuoted: false);
}
