using Ingest.Plan;

namespace Ingest.Cli.Rendering;

/// <summary>What a file holds, as one JSON document.</summary>
internal static class InspectionJson
{
    /// <summary>Prints the document.</summary>
    public static void Write(TextWriter output, FileInspection file, string loadLine) => JsonStyle.Print(output, json =>
    {
        json.WriteStartObject();
        json.WriteString("file", file.File);
        if (file.Bytes is { } bytes) json.WriteNumber("bytes", bytes);
        json.WriteString("compression", file.Compression);
        json.WriteString("encoding", file.Encoding);
        json.WriteString("delimiter", InspectionText.Character(file.Dialect.Delimiter));
        json.WriteString("quote", InspectionText.Character(file.Dialect.Quote));
        json.WriteNumber("sampled", file.Sampled);
        json.WriteStartArray("columns");
        foreach (var (header, column, type) in file.Columns)
        {
            json.WriteStartObject();
            json.WriteString("header", header);
            json.WriteString("column", column);
            json.WriteString("type", type);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartArray("records");
        foreach (var record in file.Records)
        {
            json.WriteStartArray();
            foreach (var value in record) json.WriteStringValue(value);
            json.WriteEndArray();
        }
        json.WriteEndArray();
        json.WriteStartArray("notices");
        foreach (var notice in file.Notices) json.WriteStringValue(notice);
        json.WriteEndArray();
        json.WriteString("create_table", file.CreateTable);
        json.WriteString("load", loadLine);
        json.WriteEndObject();
    });
}
