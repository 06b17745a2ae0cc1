using System.CommandLine;
using Ingest.Cli.Help;

namespace Ingest.Cli.Options;

/// <summary>How a run goes about its work.</summary>
internal sealed class RunOptions
{
    /// <summary>What <see cref="Plan.LoadJob.Concurrency"/> defaults to.</summary>
    public static int DefaultConcurrency => Math.Min(Environment.ProcessorCount, 4);

    public Option<bool> Resume { get; } = NewOption.Switch("--resume", "Skip files that are loaded, go on exactly where an interrupted load ended");

    public Option<bool> Restart { get; } = NewOption.Switch("--restart", "Load a file anew although an interrupted load of it exists");

    public Option<bool> Force { get; } = NewOption.Switch("--force", "Append a file that was loaded before", "-f");

    public Option<bool> DryRun { get; } = NewOption.Switch("--dry-run", "Print the plan and what would be rejected; write nothing", "-n");

    public Option<bool> Sandbox { get; } = NewOption.Switch("--sandbox", "Load into a throwaway PostgreSQL that is started for this run");

    public Option<int> Concurrency { get; } = NewOption.Number("--concurrency",
        "Connections and decoding workers (default: the cores, 4 at most)", DefaultConcurrency, 1, 64, "-j", "--jobs", "--workers");

    public Option<int> ChunkSize { get; } = NewOption.Number("--chunk-size", "Rows of a batch: what is merged, or tried again, at once (default 50000); up to 40 share a transaction while rows go straight into the table",
        50_000, 1, 10_000_000, "-b", "--batch-size");

    public Option<int> MaxRetries { get; } = NewOption.Number("--max-retries", "Further tries of a batch after a transient failure (default 3)", 3, 0, 100);

    public Option<int> ReconnectWindow { get; } = NewOption.Number("--reconnect-window",
        "Seconds that a run waits for a lost server to come back (default 120)", 120, 0, 86_400);

    public Option<int> LockTimeout { get; } = NewOption.Number("--lock-timeout",
        "Seconds that a statement waits for a lock of others before it is tried again (default 30)", 30, 1, 86_400);

    public Option<bool> Durable { get; } = NewOption.Switch("--durable", "Wait for the WAL flush of every commit, not only of a file's last");

    public Option<string?> BeforeSql { get; } = NewOption.Text("--before-sql", "SQL|@FILE", "SQL to run before the first file");

    public Option<string?> AfterSql { get; } = NewOption.Text("--after-sql", "SQL|@FILE", "SQL to run after the last file, when all went well");

    public Option<bool> Analyze { get; } = NewOption.Switch("--analyze", "ANALYZE the target at the end");

    /// <summary>The options for a help page.</summary>
    public OptionGroup Group => new("The run",
        [Resume, Restart, Force, DryRun, Sandbox, Concurrency, ChunkSize, MaxRetries, ReconnectWindow, LockTimeout, Durable, BeforeSql, AfterSql, Analyze]);

    /// <summary>The SQL of an option: the text itself, or the content of the file after an <c>@</c>.</summary>
    /// <exception cref="PlanException">The file cannot be read, or there is no SQL.</exception>
    public static string? ReadSql(ParseResult arguments, Option<string?> option)
    {
        var text = arguments.GetValue(option);
        if (text is null) return null;
        if (text.StartsWith('@')) return ReadSqlFile(option.Name, text[1..]);
        return string.IsNullOrWhiteSpace(text) ? throw UsageMessages.Error(UsageMessages.SqlEmpty(option.Name)) : text;
    }

    private static string ReadSqlFile(string option, string file)
    {
        if (file.Length == 0) throw UsageMessages.Error(UsageMessages.NoFileName(option));
        try
        {
            var text = File.ReadAllText(file);
            return string.IsNullOrWhiteSpace(text) ? throw UsageMessages.Error(UsageMessages.SqlFileEmpty(option, file)) : text;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw UsageMessages.Error(UsageMessages.SqlFileUnreadable(option, file, e));
        }
    }
}
