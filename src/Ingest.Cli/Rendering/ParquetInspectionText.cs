using Ingest.Plan;

namespace Ingest.Cli.Rendering;

/// <summary>What a Parquet file holds, for people.</summary>
internal static class ParquetInspectionText
{
    private const int MostRowGroups = 8;
    private const int MostRecords = 3;

    /// <summary>Prints the inspection.</summary>
    public static void Write(Shell shell, ParquetInspection file, string loadLine)
    {
        var output = shell.Out;
        output.WriteLine($"file       {file.File}, {Figures.Count(file.Bytes)} bytes");
        output.WriteLine($"format     Parquet {file.Version}, written by {file.CreatedBy ?? "a program that does not say its name"}");
        output.WriteLine($"rows       {Figures.Count(file.Rows)} in {Counted(file.RowGroups.Count, "row group")}");
        output.WriteLine($"columns    {file.Columns.Count}, stored as {file.Stored.Count}");
        foreach (var notice in file.Notices) output.WriteLine($"notice     {notice}");
        output.WriteLine();
        PrintColumns(shell, file);
        output.WriteLine();
        PrintStored(shell, file);
        output.WriteLine();
        PrintRowGroups(shell, file);
        output.WriteLine(file.CreateTable.TrimEnd().TrimEnd(';') + ";");
        output.WriteLine();
        output.WriteLine(loadLine);
    }

    private static void PrintColumns(Shell shell, ParquetInspection file)
    {
        var records = file.Records.Take(MostRecords).ToArray();
        var lines = file.Columns.Select((column, i) => (string[])
            [column.Header, column.Column, column.Type, .. records.Select(record => InspectionText.Shorten(record[i] ?? ""))]).ToList();
        TextTable.Print(shell, ["header", "column", "type", .. records.Select((_, i) => $"record {i + 1}")], lines, _ => false);
    }

    private static void PrintStored(Shell shell, ParquetInspection file)
    {
        string[] titles = ["stored column", "stored as", "codec", "encodings", "bytes", "unpacked", "nulls", "min", "max"];
        var lines = file.Stored.Select(column => (string[])
        [
            column.Path,
            column.IsRequired ? $"{column.Type} required" : column.Type,
            string.Join(' ', column.Codecs),
            string.Join(' ', column.Encodings),
            Figures.Count(column.CompressedBytes),
            Figures.Count(column.UncompressedBytes),
            column.Nulls is { } nulls ? Figures.Count(nulls) : "",
            InspectionText.Shorten(column.Min ?? ""),
            InspectionText.Shorten(column.Max ?? ""),
        ]).ToList();
        TextTable.Print(shell, titles, lines, i => i is >= 4 and <= 6);
    }

    private static void PrintRowGroups(Shell shell, ParquetInspection file)
    {
        if (file.RowGroups.Count == 0) return;
        var lines = file.RowGroups.Take(MostRowGroups).Select((group, i) => (string[])
            [$"{i}", Figures.Count(group.Rows), Figures.Count(group.CompressedBytes), Figures.Count(group.UncompressedBytes)]).ToList();
        TextTable.Print(shell, ["row group", "rows", "bytes", "unpacked"], lines, i => i > 0);
        if (file.RowGroups.Count - MostRowGroups is > 0 and var more) shell.Out.WriteLine($"and {Counted(more, "more row group")}, which --output json lists");
        shell.Out.WriteLine();
    }

    private static string Counted(int count, string what) => $"{Figures.Count(count)} {what}{(count == 1 ? "" : "s")}";
}
