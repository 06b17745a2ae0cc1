namespace Ingest.Cli.Rendering;

/// <summary>
/// A table on standard output. On a terminal that is too narrow, columns without a figure go first; what is still too
/// wide becomes a few short lines for each line of the table. Elsewhere every column is there.
/// </summary>
internal static class TextTable
{
    private const string Gap = "  ";
    private const int NarrowestFirst = 16;

    /// <summary>Prints the table.</summary>
    /// <param name="shell">Where to.</param>
    /// <param name="titles">The column titles.</param>
    /// <param name="lines">The lines, each with as many cells as there are titles.</param>
    /// <param name="isNumeric">Which columns are aligned right.</param>
    public static void Print(Shell shell, IReadOnlyList<string> titles, IReadOnlyList<string[]> lines, Func<int, bool> isNumeric)
    {
        var clean = lines.Select(line => Array.ConvertAll(line, OneLine)).ToList();
        var all = Enumerable.Range(0, titles.Count).ToArray();
        if (!shell.OutIsTerminal)
        {
            PrintColumns(shell.Out, titles, clean, all, isNumeric, Widths(titles, clean), isRuled: false);
            return;
        }
        var widths = Widths(titles, clean);
        foreach (var columns in (int[][])[all, [.. all.Where(i => i == 0 || clean.Exists(line => line[i] is not ("" or "0")))]])
        {
            // The first column, a path mostly, gives way.
            var rest = columns.Skip(1).Sum(i => widths[i] + Gap.Length);
            var first = Math.Min(widths[0], shell.Width - 1 - rest);
            if (first < Math.Min(widths[0], NarrowestFirst)) continue;
            widths[0] = first;
            PrintColumns(shell.Out, titles, clean, columns, isNumeric, widths, isRuled: true);
            return;
        }
        foreach (var line in clean) PrintFolded(shell, titles, line);
    }

    private static int[] Widths(IReadOnlyList<string> titles, List<string[]> lines) =>
        [.. titles.Select((title, i) => lines.Aggregate(title.Length, (width, line) => Math.Max(width, line[i].Length)))];

    private static void PrintColumns(
        TextWriter output, IReadOnlyList<string> titles, List<string[]> lines, int[] columns, Func<int, bool> isNumeric, int[] widths, bool isRuled)
    {
        string Line(IReadOnlyList<string> cells) => string.Join(Gap, columns.Select(i =>
        {
            var cell = Figures.KeepEnd(cells[i], widths[i]);
            return isNumeric(i) ? cell.PadLeft(widths[i]) : cell.PadRight(widths[i]);
        })).TrimEnd();

        output.WriteLine(Line(titles));
        if (isRuled) output.WriteLine(new string('─', columns.Sum(i => widths[i] + Gap.Length) - Gap.Length));
        foreach (var line in lines) output.WriteLine(Line(line));
    }

    private static void PrintFolded(Shell shell, IReadOnlyList<string> titles, string[] cells)
    {
        shell.Out.WriteLine(Figures.KeepEnd(cells[0], shell.Width - 1));
        var line = "";
        for (var i = 1; i < cells.Length; i++)
        {
            if (cells[i] is "" or "0") continue;
            var part = $"{Gap}{titles[i]} {cells[i]}";
            if (line.Length > 0 && line.Length + part.Length >= shell.Width)
            {
                shell.Out.WriteLine(line);
                line = "";
            }
            line += part;
        }
        if (line.Length > 0) shell.Out.WriteLine(line);
    }

    private static string OneLine(string cell) => string.Concat(cell.Select(c => char.IsControl(c) ? ' ' : c));
}
