using System.CommandLine;

namespace Ingest.Cli.Help;

/// <summary>Prints a help page: examples before options, options by purpose.</summary>
internal sealed class HelpWriter(TextWriter output, int width)
{
    private const int NameColumn = 30;

    private static readonly (string, string)[] ExitCodes =
    [
        ("0", "all records of all files are loaded"),
        ("1", "a file failed"),
        ("2", "bad usage, or a plan that cannot work; nothing was loaded"),
        ("3", "loaded, with rejects within --max-rejects"),
        ("4", "the database cannot be reached, or refuses the role"),
        ("130, 143", "interrupted by SIGINT, SIGTERM; --resume goes on"),
    ];

    /// <summary>Prints the page.</summary>
    public void Write(HelpPage page)
    {
        WriteWrapped(page.Purpose, 0);
        Heading("Usage");
        output.WriteLine("  " + page.Usage);
        if (page.Examples.Count > 0)
        {
            Heading("Start here");
            foreach (var example in page.Examples)
            {
                output.WriteLine("  " + example.Call);
                WriteWrapped(example.Text, 6);
            }
        }
        Columns(page.ArgumentsTitle, page.Arguments);
        foreach (var group in page.Groups) Columns(group.Title, group.Options.Where(option => !option.Hidden).Select(Describe));
        if (page.ExitCodes) Columns("Exit codes", ExitCodes);
    }

    /// <summary>The names of an option as help shows them: <c>-t, --table NAME</c>.</summary>
    private static (string, string) Describe(Option option)
    {
        // Short names first; long aliases stay out of the way.
        var shortNames = option.Aliases.Where(alias => alias.Length == 2);
        var names = string.Join(", ", shortNames.Append(option.Name));
        return (option.HelpName is { } value ? $"{names} {value}" : names, option.Description ?? "");
    }

    private void Heading(string title)
    {
        output.WriteLine();
        output.WriteLine(title + ":");
    }

    private void Columns(string title, IEnumerable<(string Name, string Text)> rows)
    {
        var list = rows.ToList();
        if (list.Count == 0) return;
        Heading(title);
        foreach (var (name, text) in list)
        {
            output.Write("  " + name);
            if (name.Length + 4 > NameColumn)
            {
                output.WriteLine();
                WriteWrapped(text, NameColumn);
            }
            else
            {
                WriteWrapped(text, NameColumn, name.Length + 2);
            }
        }
    }

    private void WriteWrapped(string text, int indent, int column = 0)
    {
        var room = Math.Max(width - indent - 1, 30);
        foreach (var paragraph in text.Split('\n'))
        {
            var line = "";
            foreach (var word in paragraph.Split(' '))
            {
                if (line.Length > 0 && line.Length + 1 + word.Length > room)
                {
                    Flush(line);
                    line = word;
                }
                else
                {
                    line = line.Length == 0 ? word : line + " " + word;
                }
            }
            Flush(line);
        }

        void Flush(string line)
        {
            output.Write(new string(' ', indent - column));
            output.WriteLine(line);
            column = 0;
        }
    }
}
