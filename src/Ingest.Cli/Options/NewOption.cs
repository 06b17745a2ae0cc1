using System.CommandLine;
using System.Globalization;

namespace Ingest.Cli.Options;

/// <summary>Options of the other kinds that the commands share: switches, texts, numbers, sizes, characters, lists.</summary>
internal static class NewOption
{
    private const int Kilobyte = 1 << 10;

    /// <summary>A switch: present or not, and never followed by a value.</summary>
    public static Option<bool> Switch(string name, string description, params string[] aliases) =>
        new(name, aliases) { Description = description, Arity = ArgumentArity.Zero };

    /// <summary>A text, null when not given.</summary>
    public static Option<string?> Text(string name, string valueName, string description, params string[] aliases) =>
        new(name, aliases) { HelpName = valueName, Description = description };

    /// <summary>Texts, one for each time that the option is given.</summary>
    public static Option<string[]> Texts(string name, string valueName, string description) =>
        new(name) { HelpName = valueName, Description = description, Arity = ArgumentArity.OneOrMore, AllowMultipleArgumentsPerToken = false };

    /// <summary>A whole number.</summary>
    public static Option<int> Number(string name, string description, int fallback, int least, int most, params string[] aliases) => new(name, aliases)
    {
        HelpName = "N",
        Description = description,
        DefaultValueFactory = _ => fallback,
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
                && number >= least && number <= most) return number;
            result.AddError(UsageMessages.NotANumber(name, text, least, most));
            return fallback;
        },
    };

    /// <summary>A number of bytes: <c>16MB</c>, in powers of 1024.</summary>
    public static Option<int> Size(string name, string description, int fallback) => new(name)
    {
        HelpName = "SIZE",
        Description = description,
        DefaultValueFactory = _ => fallback,
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (ParseSize(text) is { } bytes and >= Kilobyte and <= 1 << 30) return (int)bytes;
            result.AddError(UsageMessages.NotASize(name, text));
            return fallback;
        },
    };

    /// <summary>One ASCII character, or a word that stands for one.</summary>
    public static Option<char?> Character(string name, string description, string words, Func<string, char?> wordOf) => new(name)
    {
        HelpName = "CHAR",
        Description = description,
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (wordOf(text.ToLowerInvariant()) is { } named) return named;
            if (text.Length == 1 && char.IsAscii(text[0]) && text[0] is not ('\r' or '\n' or '\0')) return text[0];
            result.AddError(UsageMessages.NotACharacter(name, text, words));
            return null;
        },
    };

    /// <summary>Names between commas, an empty list when not given.</summary>
    public static Option<string[]?> Names(string name, string valueName, string description, string emptyMessage, params string[] aliases) => new(name, aliases)
    {
        HelpName = valueName,
        Description = description,
        Arity = ArgumentArity.ExactlyOne,
        CustomParser = result =>
        {
            var names = result.Tokens[0].Value.Split(',', StringSplitOptions.TrimEntries);
            if (Array.Exists(names, part => part.Length == 0)) result.AddError(emptyMessage);
            return names;
        },
    };

    private static long? ParseSize(string text)
    {
        var digits = text.TakeWhile(char.IsAsciiDigit).Count();
        if (!int.TryParse(text.AsSpan(0, digits), NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return null;
        return text[digits..].Trim().ToUpperInvariant() switch
        {
            "" or "B" => number,
            "K" or "KB" or "KIB" => number * (long)Kilobyte,
            "M" or "MB" or "MIB" => number * (long)Kilobyte * Kilobyte,
            "G" or "GB" or "GIB" => number * (long)Kilobyte * Kilobyte * Kilobyte,
            _ => null,
        };
    }
}
