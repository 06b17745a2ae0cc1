namespace Ingest.Benchmarks.Race;

/// <summary>Lines on standard error that say what is going on.</summary>
internal static class Progress
{
    /// <summary>One line.</summary>
    public static void Say(string line) => Console.Error.WriteLine($"{DateTime.Now:HH:mm:ss} {line}");
}
