using System.CommandLine;
using Ingest.Cli.Commands.Rejects;
using Ingest.Cli.Help;
using Ingest.Cli.Options;

namespace Ingest.Cli;

/// <summary>The command <c>ingest</c>: parses, runs one command, and turns every outcome into an exit code.</summary>
internal static class CommandLine
{
    // @ starts a SQL file in --before-sql, not a file of arguments.
    private static readonly ParserConfiguration Parser = new() { ResponseFileTokenReplacer = null };

    /// <summary>Runs a command line.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string[] args, Shell shell)
    {
        var code = await RunCoreAsync(args, shell);
        await shell.Out.FlushAsync();
        return (int)(shell.OutFailure() is { } failure ? ReportLostOutput(shell, failure, code) : code);
    }

    /// <summary>Parses a command line; for tests too.</summary>
    public static ParseResult Parse(Command root, string[] args) => root.Parse(WithEmptyValues(args), Parser);

    private static async Task<ExitCode> RunCoreAsync(string[] args, Shell shell)
    {
        var root = new IngestCommand();
        var arguments = Parse(root, args);
        if (arguments.GetValue(root.Help)) return ShowHelp(arguments.CommandResult.Command, root, shell.Out, shell.Width);
        if (arguments.GetValue(root.Version)) return ShowVersion(shell.Out);
        if (args.Length == 0)
        {
            ShowHelp(root, root, shell.Error, shell.Width);
            return ExitCode.BadPlan;
        }

        using var signals = new InterruptSignals();
        using var session = new Session(shell, ReadSettings(root, arguments, args), signals);
        var report = new ErrorReport(session);
        signals.LastWords = code =>
        {
            report.InterruptedAgain(code);
            shell.Out.Flush();
        };
        try
        {
            UsageCheck.Check(arguments);
            OpenSsl.Require();
            return await ((CliCommand)arguments.CommandResult.Command).RunAsync(arguments, session, signals.Token);
        }
        catch (Exception e) when (signals.Code is { } code && IsCancellation(e))
        {
            return report.Interrupted(code);
        }
        catch (IngestException e)
        {
            return report.Failed(e);
        }
        // The last resort: one line instead of a stack trace.
        catch (Exception e)
        {
            return report.Unexpected(e);
        }
    }

    /// <summary>A script that reads the result must not take the lack of it for one; the work itself is done.</summary>
    private static ExitCode ReportLostOutput(Shell shell, IOException failure, ExitCode code)
    {
        if (code is not (ExitCode.Success or ExitCode.LoadedWithRejects)) return code;
        shell.Error.WriteLine($"ingest: error: standard output cannot be written: {failure.Message}; the command itself ended with exit code {(int)code}, "
            + "and a load's figures are in 'ingest status' (output)");
        return ExitCode.FileFailed;
    }

    private static ExitCode ShowHelp(Command command, IngestCommand root, TextWriter output, int width)
    {
        new HelpWriter(output, width).Write(command switch
        {
            CliCommand leaf => leaf.Help,
            RejectsCommand rejects => rejects.Help,
            _ => root.HelpPage,
        });
        return ExitCode.Success;
    }

    private static ExitCode ShowVersion(TextWriter output)
    {
        output.WriteLine("ingest " + ProgramVersion.Text);
        return ExitCode.Success;
    }

    private static ConsoleSettings ReadSettings(IngestCommand root, ParseResult arguments, string[] args)
    {
        ConsoleSettings settings;
        try
        {
            settings = root.Console.Read(arguments);
        }
        catch (InvalidOperationException)
        {
            // One of these very options is malformed; the usage error that follows is printed by the defaults.
            settings = ConsoleSettings.Default;
        }
        // Also where an option before it took --output for its value: who asked for a document gets the usage error as one.
        return AsksForJson(root.Console.Output.Name, args) ? settings with { Output = OutputFormat.Json } : settings;
    }

    private static bool AsksForJson(string output, string[] args)
    {
        var words = args.TakeWhile(word => word != "--").ToList();
        return words.Exists(word => IsSame(word, output + "=json"))
            || words.Zip(words.Skip(1)).Any(pair => pair.First == output && IsSame(pair.Second, "json"));

        static bool IsSame(string word, string other) => string.Equals(word, other, StringComparison.OrdinalIgnoreCase);
    }

    private static bool IsCancellation(Exception e) => e is OperationCanceledException || e.InnerException is OperationCanceledException;

    /// <summary><c>--null=</c> means the empty text; the parser would take the next word.</summary>
    private static List<string> WithEmptyValues(string[] args)
    {
        var words = new List<string>(args.Length + 1);
        // What follows -- are files, whatever they are called.
        var options = Array.IndexOf(args, "--") is var dashes and >= 0 ? dashes : args.Length;
        foreach (var (place, word) in args.Index())
        {
            if (place < options && word.Length > 3 && word.StartsWith("--", StringComparison.Ordinal) && word.IndexOf('=') == word.Length - 1)
                words.AddRange([word[..^1], ""]);
            else
                words.Add(word);
        }
        return words;
    }
}
