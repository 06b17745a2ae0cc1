using System.Text.Json;
using Ingest.Manifest;
using Ingest.Plan;

namespace Ingest.Cli.Rendering;

/// <summary>The result of a load as one JSON document.</summary>
internal static class ResultJson
{
    /// <summary>Prints the document.</summary>
    /// <param name="output">Standard output.</param>
    /// <param name="result">The result.</param>
    /// <param name="exitCode">The code that the process ends with.</param>
    /// <param name="clean">Takes secrets out of messages.</param>
    public static void Write(TextWriter output, LoadResult result, ExitCode exitCode, Func<string, string> clean) => JsonStyle.Print(output, json =>
    {
        json.WriteStartObject();
        json.WriteString("run_id", result.RunId);
        json.WriteString("status", StatusWords.Of(exitCode));
        json.WriteNumber("exit_code", (int)exitCode);
        json.WriteNumber("seconds", Math.Round(result.Elapsed.TotalSeconds, 3));
        WriteError(json, result.Error, clean);
        json.WriteStartArray("files");
        foreach (var file in result.Files) WriteFile(json, file, clean);
        json.WriteEndArray();
        json.WriteStartObject("total");
        WriteCounts(json, result.Total, result.ReadBefore, result.Elapsed);
        json.WriteEndObject();
        json.WriteStartArray("plan");
        foreach (var line in result.Plan) json.WriteStringValue(clean(line));
        json.WriteEndArray();
        json.WriteEndObject();
    });

    private static void WriteFile(Utf8JsonWriter json, FileResult file, Func<string, string> clean)
    {
        json.WriteStartObject();
        json.WriteString("file", file.File);
        json.WriteString("table", file.Table);
        json.WriteString("status", StatusWords.Of(file.Status).Replace(' ', '_'));
        json.WriteNumber("bytes", file.Bytes);
        WriteCounts(json, file.Counts, file.ReadBefore, file.Elapsed);
        json.WriteNumber("seconds", Math.Round(file.Elapsed.TotalSeconds, 3));
        WriteError(json, file.Error, clean);
        if (file.Rejects.Count > 0)
        {
            json.WriteStartArray("rejects");
            foreach (var reject in file.Rejects) WriteReject(json, reject);
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }

    /// <summary>Writes the terms of the accounting identity.</summary>
    internal static void WriteCounts(Utf8JsonWriter json, LoadCounts counts)
    {
        json.WriteNumber("read", counts.Read);
        json.WriteNumber("inserted", counts.Inserted);
        json.WriteNumber("updated", counts.Updated);
        json.WriteNumber("unchanged", counts.Unchanged);
        json.WriteNumber("skipped", counts.Skipped);
        json.WriteNumber("superseded", counts.Superseded);
        json.WriteNumber("rejected", counts.Rejected);
    }

    private static void WriteCounts(Utf8JsonWriter json, LoadCounts counts, long readBefore, TimeSpan elapsed)
    {
        WriteCounts(json, counts);
        json.WriteNumber("rows_per_second", Figures.PerSecond(counts.Read - readBefore, elapsed));
    }

    private static void WriteReject(Utf8JsonWriter json, RejectSample reject)
    {
        json.WriteStartObject();
        json.WriteNumber("record", reject.Record);
        json.WriteNumber("line", reject.Line);
        json.WriteString("column", reject.Column);
        json.WriteString("code", reject.Code);
        json.WriteString("message", reject.Message);
        json.WriteEndObject();
    }

    private static void WriteError(Utf8JsonWriter json, IngestException? error, Func<string, string> clean)
    {
        if (error is null)
        {
            json.WriteNull("error");
            return;
        }
        json.WriteStartObject("error");
        json.WriteString("code", error.Code);
        json.WriteString("message", clean(error.Message));
        json.WriteEndObject();
    }
}
