using Ingest.Plan;

namespace Ingest.Cli.Rendering;

/// <summary>What a file holds, for people.</summary>
internal static class InspectionText
{
    private const int WidestValue = 40;

    /// <summary>A table name made of a file's: <c>exports/Items 2026.csv.gz</c> gives <c>items_2026</c>.</summary>
    public static string TableNameOf(string path)
    {
        var stem = Path.GetFileName(path).Split('.')[0].ToLowerInvariant();
        var name = string.Concat(stem.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_')).Trim('_');
        if (name.Length == 0) return "items";
        name = char.IsAsciiDigit(name[0]) ? "t_" + name : name;
        return name[..Math.Min(name.Length, 63)];
    }

    /// <summary>The load line that fits: the words of this command, with the table and its creation.</summary>
    public static string LoadLine(string path, LoadJob job, IEnumerable<string> words)
    {
        var line = new List<string> { "ingest load", Quoted(path), "--table", job.Table.ToString() };
        if (job.Key.Count > 0) line.AddRange(["--pk", string.Join(',', job.Key)]);
        else line.Add("--mode append");
        line.Add("--create-table --preserve-types");
        string[] done = ["inspect", path, "--table", "-t", job.Table.ToString(), "--pk", "-k", "--primary-key", "--key", string.Join(',', job.Key), "--output", "json", "text"];
        line.AddRange(words.Where(word => !done.Contains(word)).Select(Quoted));
        return string.Join(' ', line);
    }

    /// <summary>Prints the inspection.</summary>
    public static void Write(Shell shell, FileInspection file, string loadLine)
    {
        var output = shell.Out;
        output.WriteLine($"file       {Printable.Of(file.File)}{(file.Bytes is { } bytes ? $", {Figures.Count(bytes)} bytes" : "")}{(file.Compression == "none" ? "" : ", " + file.Compression)}");
        output.WriteLine($"encoding   {file.Encoding}");
        output.WriteLine($"dialect    delimiter {Character(file.Dialect.Delimiter)}, quote {Character(file.Dialect.Quote)} ({file.Reason})");
        foreach (var notice in file.Notices) output.WriteLine($"notice     {Printable.Of(notice)}");
        output.WriteLine($"columns    {file.Columns.Count}, types inferred from {Figures.Count(file.Sampled)} records");
        output.WriteLine();
        var lines = file.Columns.Select((column, i) => (string[])
            [column.Header, column.Column, column.Type, .. file.Records.Take(3).Select(record => i < record.Count ? Shorten(record[i]) : "")]).ToList();
        string[] titles = ["header", "column", "type", .. file.Records.Take(3).Select((_, i) => $"record {i + 1}")];
        TextTable.Print(shell, titles, lines, _ => false);
        output.WriteLine();
        output.WriteLine(file.CreateTable.TrimEnd().TrimEnd(';') + ";");
        output.WriteLine();
        output.WriteLine(Printable.Of(loadLine));
    }

    /// <summary>A character's name where it has one.</summary>
    public static string Character(byte character) => character switch
    {
        0 => "none",
        (byte)'\t' => "tab",
        (byte)' ' => "space",
        _ => ((char)character).ToString(),
    };

    /// <summary>A value on one line, cut where it is long.</summary>
    public static string Shorten(string value)
    {
        var text = string.Concat(value.Select(c => char.IsControl(c) ? ' ' : c));
        return text.Length <= WidestValue ? text : text[..(WidestValue - 1)] + "…";
    }

    private static string Quoted(string word) =>
        word.All(c => char.IsAsciiLetterOrDigit(c) || "-_./,:=%+@".Contains(c)) && word.Length > 0 ? word : "'" + word.Replace("'", "'\\''") + "'";
}
