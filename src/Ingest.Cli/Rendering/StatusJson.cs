using System.Text.Json;
using Ingest.Manifest.Queries;

namespace Ingest.Cli.Rendering;

/// <summary>Runs, files and rejects of the manifest as JSON documents.</summary>
internal static class StatusJson
{
    /// <summary>Prints <c>{"runs": […]}</c>.</summary>
    public static void WriteRuns(TextWriter output, IReadOnlyList<RunSummary> runs) => JsonStyle.Print(output, json =>
    {
        json.WriteStartObject();
        json.WriteStartArray("runs");
        foreach (var run in runs)
        {
            json.WriteStartObject();
            WriteRun(json, run);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    });

    /// <summary>Prints one run with <c>file_list</c>.</summary>
    public static void WriteRun(TextWriter output, RunSummary run, IReadOnlyList<FileSummary> files) => JsonStyle.Print(output, json =>
    {
        json.WriteStartObject();
        WriteRun(json, run);
        json.WriteStartArray("file_list");
        foreach (var file in files) WriteFile(json, file);
        json.WriteEndArray();
        json.WriteEndObject();
    });

    /// <summary>Prints <c>{"count": N, "rejects": […]}</c>.</summary>
    public static void WriteRejects(TextWriter output, long count, IReadOnlyList<RejectRow> rejects) => JsonStyle.Print(output, json =>
    {
        json.WriteStartObject();
        json.WriteNumber("count", count);
        json.WriteStartArray("rejects");
        foreach (var reject in rejects) WriteReject(json, reject);
        json.WriteEndArray();
        json.WriteEndObject();
    });

    private static void WriteRun(Utf8JsonWriter json, RunSummary run)
    {
        json.WriteString("run_id", run.RunId);
        json.WriteString("status", run.Status);
        json.WriteString("table", run.Target);
        json.WriteString("mode", run.Mode);
        json.WriteString("started_at", run.StartedAt);
        WriteTime(json, "finished_at", run.FinishedAt);
        json.WriteString("host", run.Host);
        if (run.Pid is { } pid) json.WriteNumber("pid", pid);
        json.WriteString("version", run.Version);
        json.WriteString("notes", run.Notes);
        json.WriteNumber("files", run.Files);
        ResultJson.WriteCounts(json, run.Counts);
    }

    private static void WriteFile(Utf8JsonWriter json, FileSummary file)
    {
        json.WriteStartObject();
        json.WriteNumber("id", file.Id);
        json.WriteString("file", file.File);
        json.WriteString("table", file.Target);
        json.WriteString("mode", file.Mode);
        json.WriteString("status", file.Status);
        if (file.Bytes is { } bytes) json.WriteNumber("bytes", bytes);
        json.WriteString("sha256", file.Checksum is { } hash ? System.Convert.ToHexStringLower(hash) : null);
        json.WriteString("started_at", file.StartedAt);
        WriteTime(json, "processed_at", file.ProcessedAt);
        ResultJson.WriteCounts(json, file.Counts);
        json.WriteString("notes", file.Notes);
        json.WriteEndObject();
    }

    private static void WriteReject(Utf8JsonWriter json, RejectRow reject)
    {
        json.WriteStartObject();
        json.WriteNumber("id", reject.Id);
        json.WriteString("run_id", reject.RunId);
        json.WriteString("file", reject.File);
        json.WriteNumber("record", reject.Record);
        json.WriteNumber("line", reject.Line);
        json.WriteString("column", reject.Column);
        json.WriteString("code", reject.Code);
        json.WriteString("message", reject.Message);
        json.WriteString("raw", reject.Raw);
        if (reject.RawBytes is { } bytes) json.WriteString("raw_base64", System.Convert.ToBase64String(bytes));
        WriteTime(json, "resolved_at", reject.ResolvedAt);
        json.WriteEndObject();
    }

    private static void WriteTime(Utf8JsonWriter json, string name, DateTime? time)
    {
        if (time is { } known) json.WriteString(name, known);
        else json.WriteNull(name);
    }
}
