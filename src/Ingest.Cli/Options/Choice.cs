using System.CommandLine;

namespace Ingest.Cli.Options;

/// <summary>Options whose value is one of a few words.</summary>
internal static class Choice
{
    /// <summary>An option over named values; the first is the default.</summary>
    public static Option<T> Of<T>(string name, string description, params (string Word, T Value)[] choices) => new(name)
    {
        HelpName = string.Join('|', choices.Select(choice => choice.Word)),
        Description = description.Contains("(default ", StringComparison.Ordinal) ? description : $"{description} (default {choices[0].Word})",
        DefaultValueFactory = _ => choices[0].Value,
        CustomParser = result =>
        {
            var word = result.Tokens[0].Value;
            foreach (var choice in choices)
            {
                if (string.Equals(choice.Word, word, StringComparison.OrdinalIgnoreCase)) return choice.Value;
            }
            result.AddError(UsageMessages.NotAChoice(name, word, choices.Select(choice => choice.Word)));
            return default!;
        },
    };
}
