using System.CommandLine;
using System.CommandLine.Parsing;
using Ingest.Cli.Options;

namespace Ingest.Cli;

/// <summary>Finds what is wrong with a parsed command line and says it in our words.</summary>
internal static class UsageCheck
{
    /// <summary>Throws the first error of the command line.</summary>
    /// <exception cref="PlanException">The command line is wrong.</exception>
    public static void Check(ParseResult arguments)
    {
        var command = arguments.CommandResult.Command;
        if (command.Subcommands.Count > 0) throw NoOrUnknownCommand(arguments, command);

        foreach (var option in arguments.CommandResult.Children.OfType<OptionResult>().Where(result => !result.Implicit))
            CheckOption(option, command);
        foreach (var argument in arguments.CommandResult.Children.OfType<ArgumentResult>())
            CheckArgument(argument, arguments, command);
        if (arguments.UnmatchedTokens is [var unmatched, ..])
        {
            throw UsageMessages.Error(unmatched.StartsWith('-')
                ? UsageMessages.UnknownOption(unmatched, NearestOption(unmatched, command))
                : UsageMessages.UnexpectedArgument(unmatched, PathOf(command)));
        }
        if (arguments.Errors is [var error, ..]) throw UsageMessages.Error(error.Message);
    }

    /// <summary>A command with those above it: <c>ingest rejects list</c>.</summary>
    public static string PathOf(Command command) =>
        command.Parents.OfType<Command>().FirstOrDefault() is { } parent ? PathOf(parent) + " " + command.Name : command.Name;

    private static PlanException NoOrUnknownCommand(ParseResult arguments, Command command)
    {
        var names = command.Subcommands.Select(sub => sub.Name).ToList();
        return UsageMessages.Error(arguments.UnmatchedTokens switch
        {
            [] => UsageMessages.NoCommand(PathOf(command), names),
            [var text, ..] when text.StartsWith('-') => UsageMessages.UnknownOption(text, NearestOption(text, command)),
            [var text, ..] => UsageMessages.UnknownCommand(text, Nearest(text, names), names),
        });
    }

    // The parser takes an option's name as the value of the option before it; it is nearly always a forgotten value.
    private static void CheckOption(OptionResult result, Command command)
    {
        var name = result.Option.Name;
        if (result.Option.Arity.MaximumNumberOfValues == 0) return;
        if (result.Tokens.Count == 0) throw UsageMessages.Error(UsageMessages.NoValue(name));
        if (result.IdentifierTokenCount > 1 && result.Option.Arity.MaximumNumberOfValues == 1) throw UsageMessages.Error(UsageMessages.Repeated(name));
        // One that is given again has as many values as names.
        if (result.Tokens.Count < result.IdentifierTokenCount) throw UsageMessages.Error(UsageMessages.NoValue(name));
        if (result.Tokens.FirstOrDefault(token => token.Value.Length > 2 && OptionNames(command).Contains(token.Value)) is { } taken)
            throw UsageMessages.Error(UsageMessages.MissingValue(name, taken.Value));
    }

    // The parser takes an unknown option as a file, unless -- stands before it.
    private static void CheckArgument(ArgumentResult result, ParseResult arguments, Command command)
    {
        foreach (var token in result.Tokens)
        {
            if (token.Value.Length < 2 || token.Value[0] != '-') continue;
            var isAfterDashes = arguments.Tokens
                .TakeWhile(other => !ReferenceEquals(other, token))
                .Any(other => other.Type == TokenType.DoubleDash);
            if (!isAfterDashes)
                throw UsageMessages.Error(UsageMessages.UnknownOption(token.Value, NearestOption(token.Value, command)));
        }
        if (result.Tokens.Count < result.Argument.Arity.MinimumNumberOfValues)
            throw UsageMessages.Error(UsageMessages.NoArgument(result.Argument.Name, PathOf(command)));
    }

    private static string? NearestOption(string text, Command command) =>
        text.StartsWith("--", StringComparison.Ordinal) ? Nearest(text, OptionNames(command).Where(name => name.Length > 2)) : null;

    /// <summary>The names of the command's options, and of those that it has from the commands above it.</summary>
    private static IEnumerable<string> OptionNames(Command command) => command.Options
        .Concat(Above(command).SelectMany(parent => parent.Options.Where(option => option.Recursive)))
        .SelectMany(option => option.Aliases.Append(option.Name));

    private static IEnumerable<Command> Above(Command command) =>
        command.Parents.OfType<Command>().SelectMany(parent => Above(parent).Prepend(parent));

    private static string? Nearest(string text, IEnumerable<string> words)
    {
        var best = words.Select(word => (Word: word, Distance: Distance(text, word))).OrderBy(pair => pair.Distance).FirstOrDefault();
        return best.Word is not null && best.Distance <= (text.TrimStart('-').Length + 2) / 3 ? best.Word : null;
    }

    /// <summary>Levenshtein's distance: insertions, deletions and replacements.</summary>
    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var above = row[j];
                row[j] = Math.Min(Math.Min(row[j] + 1, row[j - 1] + 1), diagonal + (a[i - 1] == b[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }
        return row[b.Length];
    }
}
