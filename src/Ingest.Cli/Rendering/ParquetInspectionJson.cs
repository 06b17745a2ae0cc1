using System.Text.Json;
using Ingest.Plan;

namespace Ingest.Cli.Rendering;

/// <summary>What a Parquet file holds, as one JSON document.</summary>
internal static class ParquetInspectionJson
{
    /// <summary>Prints the document.</summary>
    public static void Write(TextWriter output, ParquetInspection file, string loadLine) => JsonStyle.Print(output, json =>
    {
        json.WriteStartObject();
        json.WriteString("file", file.File);
        json.WriteNumber("bytes", file.Bytes);
        json.WriteString("format", "parquet");
        json.WriteNumber("version", file.Version);
        json.WriteString("created_by", file.CreatedBy);
        json.WriteNumber("rows", file.Rows);
        WriteArray(json, "columns", file.Columns, column =>
        {
            json.WriteString("header", column.Header);
            json.WriteString("column", column.Column);
            json.WriteString("type", column.Type);
        });
        WriteArray(json, "stored", file.Stored, column => WriteStored(json, column));
        WriteArray(json, "row_groups", file.RowGroups, group =>
        {
            json.WriteNumber("rows", group.Rows);
            json.WriteNumber("compressed_bytes", group.CompressedBytes);
            json.WriteNumber("uncompressed_bytes", group.UncompressedBytes);
        });
        json.WriteStartArray("records");
        foreach (var record in file.Records) WriteStrings(json, record);
        json.WriteEndArray();
        json.WritePropertyName("notices");
        WriteStrings(json, file.Notices);
        json.WriteString("create_table", file.CreateTable);
        json.WriteString("load", loadLine);
        json.WriteEndObject();
    });

    private static void WriteStored(Utf8JsonWriter json, StoredColumn column)
    {
        json.WriteString("path", column.Path);
        json.WriteString("type", column.Type);
        json.WriteBoolean("required", column.IsRequired);
        json.WritePropertyName("codecs");
        WriteStrings(json, column.Codecs);
        json.WritePropertyName("encodings");
        WriteStrings(json, column.Encodings);
        json.WriteNumber("compressed_bytes", column.CompressedBytes);
        json.WriteNumber("uncompressed_bytes", column.UncompressedBytes);
        if (column.Nulls is { } nulls) json.WriteNumber("nulls", nulls);
        if (column.Min is { } min) json.WriteString("min", min);
        if (column.Max is { } max) json.WriteString("max", max);
    }

    private static void WriteArray<T>(Utf8JsonWriter json, string name, IReadOnlyList<T> items, Action<T> write)
    {
        json.WriteStartArray(name);
        foreach (var item in items)
        {
            json.WriteStartObject();
            write(item);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteStrings(Utf8JsonWriter json, IReadOnlyList<string?> texts)
    {
        json.WriteStartArray();
        foreach (var text in texts) json.WriteStringValue(text);
        json.WriteEndArray();
    }
}
