namespace Ingest.Benchmarks.Data;

/// <summary>The verbs that write a dataset's file and print its table.</summary>
internal static class DataVerbs
{
    private static readonly string Usage =
        $"""
        usage: generate NAME ROWS FILE [--changed PERCENT]   writes a dataset as CSV (FILE.gz: compressed)
               ddl NAME TABLE                                prints its table
        NAME is one of: {string.Join(", ", Dataset.All.Select(d => d.Name))}
        """;

    /// <summary>Runs a verb and returns the exit code.</summary>
    public static int Run(string[] args)
    {
        switch (args)
        {
            case ["generate", var name, var rows, var path, .. var rest]
                when Dataset.Find(name) is { } dataset && IsCount(rows, out var count) && IsPercent(rest, out var percent):
                DatasetFile.Write(path, dataset, 0, count, percent);
                return 0;
            case ["ddl", var name, var table] when Dataset.Find(name) is { } dataset:
                Console.WriteLine(dataset.Ddl(table));
                return 0;
            default:
                Console.Error.WriteLine(Usage);
                return 2;
        }
    }

    private static bool IsCount(string text, out long count) => long.TryParse(text, out count) && count >= 0;

    private static bool IsPercent(string[] rest, out int percent)
    {
        percent = 0;
        return rest is [] || (rest is ["--changed", var text] && int.TryParse(text, out percent) && percent is >= 0 and <= 100);
    }
}
