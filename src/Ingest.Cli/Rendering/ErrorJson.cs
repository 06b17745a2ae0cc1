namespace Ingest.Cli.Rendering;

/// <summary>The JSON document of a command that failed as a whole.</summary>
internal static class ErrorJson
{
    /// <summary>Prints the document.</summary>
    public static void Write(TextWriter output, string code, string message, ExitCode exitCode) => JsonStyle.Print(output, json =>
    {
        json.WriteStartObject();
        json.WriteString("status", exitCode is ExitCode.Interrupted or ExitCode.Terminated ? "interrupted" : "failed");
        json.WriteNumber("exit_code", (int)exitCode);
        json.WriteStartObject("error");
        json.WriteString("code", code);
        json.WriteString("message", message);
        json.WriteEndObject();
        json.WriteEndObject();
    });
}
