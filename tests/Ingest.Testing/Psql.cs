using System.Diagnostics;
using Ingest.Sandbox;
using Xunit;

namespace Ingest.Testing;

/// <summary>What psql did.</summary>
/// <param name="ExitCode">0 when every statement succeeded; 3 after the first that did not.</param>
/// <param name="Output">Its stdout: unaligned, tuples only.</param>
/// <param name="Errors">Its stderr.</param>
public sealed record PsqlResult(int ExitCode, string Output, string Errors);

/// <summary>Runs the real psql, the reference that loads are compared with.</summary>
public static class Psql
{
    /// <summary>Runs a script, meta-commands such as <c>\copy</c> included. Skips the test when psql is not installed.</summary>
    /// <param name="dsn">The database's URI; the password goes to psql through its environment.</param>
    /// <param name="script">What psql reads from its standard input.</param>
    /// <param name="folder">The working folder for relative paths in <c>\copy</c>; null for the current one.</param>
    public static async Task<PsqlResult> RunAsync(string dsn, string script, string? folder = null)
    {
        var psql = PostgresBinaries.FindProgram("psql");
        Skip.If(psql is null, "psql is not installed");
        var uri = new UriBuilder(dsn);
        var password = Uri.UnescapeDataString(uri.Password);
        uri.Password = "";
        var info = new ProcessStartInfo(psql!,
            ["--no-psqlrc", "--quiet", "--no-align", "--tuples-only", "--set", "ON_ERROR_STOP=1", "--dbname", uri.Uri.OriginalString, "--file", "-"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder ?? "",
        };
        info.Environment["PGPASSWORD"] = password;
        info.Environment["PGCLIENTENCODING"] = "UTF8";
        using var process = Process.Start(info)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.StandardInput.WriteAsync(script);
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        return new PsqlResult(process.ExitCode, await output, await errors);
    }
}
