using Ingest.Postgres;

namespace Ingest.Cli.Options;

/// <summary>What can be wrong with a command line: what was given, what is allowed, what to do.</summary>
internal static class UsageMessages
{
    /// <summary>The code of every usage error.</summary>
    public const string Code = "usage";

    public const string NoTable = "no target table: add --table schema.table";

    public const string NoFiles = "no files: name files or quoted patterns ('exports/*.csv'), or - for standard input";

    public const string SandboxAndDsn = "--sandbox starts a database of its own: leave --dsn out, or --sandbox";

    public const string HeadersEmpty = "--headers has an empty name: give names between commas, as in --headers id,name,price";

    public const string KeyEmpty = "--pk has an empty name: give column names between commas, as in --pk id,lang";

    public const string ExportIsCsv = "rejects export writes CSV: leave --output json out ('ingest rejects list --output json' prints rejects as JSON)";

    public static PlanException Error(string message) => new(Code, message);

    public static string NotAChoice(string option, string word, IEnumerable<string> choices) =>
        $"{option} {Identifier.Show(word)} is not known: give {Either(choices)}";

    public static string NotANumber(string option, string text, long least, long most) =>
        $"{option} {Identifier.Show(text)} is not a whole number from {least} to {most}";

    public static string NotASize(string option, string text) =>
        $"{option} {Identifier.Show(text)} is not a size from 1KB to 1GB: give a number with KB, MB or GB, as in 16MB";

    public static string NotACharacter(string option, string text, string words) =>
        $"{option} {Identifier.Show(text)} is not one ASCII character: give one, or {words}";

    public static string NotALimit(string option, string text) =>
        $"{option} {Identifier.Show(text)} is neither a count nor a share: give N (100) or P% (0.5%)";

    public static string NotARun(string text) =>
        $"run {Identifier.Show(text)} is not a run id: give the id, or its first letters, as 'ingest status' shows it";

    public static string MissingValue(string option, string found) =>
        $"{option} needs a value, but the option {found} follows: put the value between them";

    public static string NoValue(string option) => $"{option} needs a value: see 'ingest --help' or the command's --help";

    public static string Repeated(string option) => $"{option} is given more than once: give it once";

    public static string UnknownOption(string text, string? nearest) =>
        $"unknown option {Identifier.Show(text)}" + (nearest is null ? "" : $"; did you mean {nearest}?") + " (a file of that name goes after --)";

    public static string UnknownCommand(string text, string? nearest, IEnumerable<string> commands) =>
        $"unknown command {Identifier.Show(text)}" + (nearest is null ? $": give {Either(commands)}" : $"; did you mean {nearest}?");

    public static string NoCommand(string parent, IEnumerable<string> commands) => $"'{parent}' needs a command: give {Either(commands)}";

    public static string UnexpectedArgument(string text, string command) =>
        $"unexpected argument {Identifier.Show(text)}: see '{command} --help'";

    public static string NoArgument(string argument, string command) => $"{argument} is missing: see '{command} --help'";

    public static string NoFileName(string option) => $"{option}: a file name is empty; check the variable that it comes from";

    public static string SqlEmpty(string option) => $"{option} has no SQL: check the variable that it comes from, or leave it out";

    public static string SqlFileEmpty(string option, string file) =>
        $"{option}: the file {Identifier.Show(file)} has no SQL: check it, or leave the option out";

    public static string SqlFileUnreadable(string option, string file, Exception inner) =>
        $"{option}: the file {Identifier.Show(file)} cannot be read, {FileFailure.Reason(file, inner)}: check its path and permissions";

    public static string NotWritable(string file, Exception inner) =>
        $"{Identifier.Show(file)} cannot be written, {FileFailure.Reason(file, inner)}: check its folder and permissions";

    private static string Either(IEnumerable<string> words)
    {
        var list = words.ToList();
        return list.Count < 2 ? string.Concat(list) : string.Join(", ", list[..^1]) + " or " + list[^1];
    }
}
