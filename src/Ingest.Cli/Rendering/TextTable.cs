using Spectre.Console;

namespace Ingest.Cli.Rendering;

/// <summary>A table on standard output: with rules on a terminal, plain aligned columns otherwise.</summary>
internal static class TextTable
{
    /// <summary>Prints the table.</summary>
    /// <param name="shell">Where to.</param>
    /// <param name="titles">The column titles.</param>
    /// <param name="lines">The lines, each with as many cells as there are titles.</param>
    /// <param name="isNumeric">Which columns are aligned right.</param>
    public static void Print(Shell shell, IReadOnlyList<string> titles, IReadOnlyList<string[]> lines, Func<int, bool> isNumeric)
    {
        if (shell.OutIsTerminal) PrintRuled(shell, titles, lines, isNumeric);
        else PrintPlain(shell.Out, titles, lines, isNumeric);
    }

    private static void PrintPlain(TextWriter output, IReadOnlyList<string> titles, IReadOnlyList<string[]> lines, Func<int, bool> isNumeric)
    {
        var widths = titles.Select((title, i) => lines.Aggregate(title.Length, (width, line) => Math.Max(width, line[i].Length))).ToArray();
        foreach (var line in lines.Prepend([.. titles]))
        {
            var cells = line.Select((cell, i) => isNumeric(i) ? cell.PadLeft(widths[i]) : cell.PadRight(widths[i]));
            output.WriteLine(string.Join("  ", cells).TrimEnd());
        }
    }

    private static void PrintRuled(Shell shell, IReadOnlyList<string> titles, IReadOnlyList<string[]> lines, Func<int, bool> isNumeric)
    {
        var table = new Table { Border = TableBorder.Simple };
        for (var i = 0; i < titles.Count; i++)
        {
            var column = new TableColumn(new Text(titles[i])) { Alignment = isNumeric(i) ? Justify.Right : Justify.Left, NoWrap = i > 0 };
            table.AddColumn(column);
        }
        foreach (var line in lines) table.AddRow(line.Select(cell => new Text(cell)));
        var console = AnsiConsole.Create(new()
        {
            Ansi = AnsiSupport.Detect,
            ColorSystem = shell.Colour ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Out = new AnsiConsoleOutput(shell.Out),
        });
        console.Profile.Width = shell.Width;
        console.Write(table);
    }
}
