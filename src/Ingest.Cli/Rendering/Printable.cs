namespace Ingest.Cli.Rendering;

/// <summary>Text of others, such as names of files, as one line of a terminal.</summary>
internal static class Printable
{
    /// <summary>The text with control characters shown, not obeyed.</summary>
    public static string Of(string text) => text.Any(char.IsControl)
        ? string.Concat(text.Select(c => char.IsControl(c) ? $"\\u{(int)c:x4}" : c.ToString()))
        : text;
}
