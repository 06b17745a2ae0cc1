using Ingest.Manifest;
using Ingest.Plan;

namespace Ingest.Cli.Rendering;

/// <summary>The result of a load for people: the plan of a dry run, the table, the first rejects, and what to do next.</summary>
internal static class ResultText
{
    /// <summary>Prints the result on standard output.</summary>
    public static void Write(Shell shell, LoadResult result, ExitCode exitCode, bool dryRun, Func<string, string> clean)
    {
        if (dryRun)
        {
            foreach (var line in result.Plan) shell.Out.WriteLine(Printable.Of(clean(line)));
            shell.Out.WriteLine();
        }
        TextTable.Print(shell, SummaryRows.Titles, SummaryRows.Of(result, exitCode), column => column is > 0 and < 10);
        WriteSamples(shell.Out, result, clean);
        WriteNextStep(shell.Out, result, exitCode, dryRun);
    }

    private static void WriteSamples(TextWriter output, LoadResult result, Func<string, string> clean)
    {
        foreach (var file in result.Files)
        {
            foreach (var reject in file.Rejects)
            {
                var line = reject.Line > 0 ? $", line {reject.Line}" : "";
                var column = reject.Column is null ? "" : $", column {reject.Column}";
                output.WriteLine(Printable.Of(clean($"{file.File}: record {reject.Record}{line}{column}: {reject.Message} ({reject.Code})")));
            }
        }
    }

    private static void WriteNextStep(TextWriter output, LoadResult result, ExitCode exitCode, bool dryRun)
    {
        if (dryRun) return;
        if (result.Total.Rejected > 0) output.WriteLine($"rejects: ingest rejects list --run {result.RunId}");
        if (exitCode is ExitCode.Interrupted or ExitCode.Terminated || result.Files.Any(file => file.Status is FileStatus.Partial or FileStatus.Interrupted))
            output.WriteLine("to go on where it ended: the same command with --resume");
    }
}
