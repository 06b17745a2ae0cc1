using Ingest.Convert;
using Ingest.Lanes;
using Ingest.Postgres;

namespace Ingest.Plan;

/// <summary>What a job must keep to, checked once before anything is opened.</summary>
internal static class LoadJobRules
{
    /// <summary>Throws for the first rule that the job breaks.</summary>
    /// <exception cref="PlanException">An option is out of its range or cannot be read, or two contradict each other.</exception>
    public static void Check(LoadJob job)
    {
        if (job.Files.Count == 0) throw Bad("no file is named; give paths, patterns, or - for standard input");
        if (job.Files.Count(f => f == "-") > 1) throw Bad("standard input (-) is named twice");
        if (job.ChunkSize is < 1 or > 10_000_000) throw Bad($"--chunk-size {job.ChunkSize} is not between 1 and 10000000");
        if (job.Concurrency is < 1 or > 64) throw Bad($"--concurrency {job.Concurrency} is not between 1 and 64");
        if (job.MaxRetries is < 0 or > 100) throw Bad($"--max-retries {job.MaxRetries} is not between 0 and 100");
        if (job.CommandTimeout < 1) throw Bad($"--command-timeout {job.CommandTimeout} is not at least 1 second");
        if (job.LockTimeout < 1) throw Bad($"--lock-timeout {job.LockTimeout} is not at least 1 second");
        if (job.Csv.SkipLines < 0) throw Bad($"--skip-lines {job.Csv.SkipLines} is negative");
        if (job.Resume && job.Restart) throw Bad("--resume goes on and --restart begins anew; choose one");
        if (job.Resume && job.Force) throw Bad("--resume skips what is loaded and --force loads it again; choose one");
        if (job.PreserveTypes && !job.CreateTable) throw Bad("--preserve-types says how --create-table makes the table; add --create-table");
        if (job.Mode is LoadMode.Append or LoadMode.InsertIgnore && job.OnDuplicate is not null)
            throw Bad("--on-duplicate goes with --mode upsert and --mode replace; insert-ignore keeps the first record of a key");
        Identifier.Check(job.ManifestSchema, "manifest schema");
        foreach (var column in job.Key) Identifier.Check(column, "key column");
        if (job.Key.Distinct().Count() != job.Key.Count) throw Bad("--pk names a column twice");
        if (job.Headers is { } headers) CheckHeaders(headers);
        DatePatterns.Of(job.Convert);
    }

    private static void CheckHeaders(IReadOnlyList<string> headers)
    {
        foreach (var name in headers) Identifier.Check(name, "column");
        if (headers.GroupBy(h => h).FirstOrDefault(g => g.Count() > 1) is { } twice) throw Bad($"--headers names {twice.Key} twice");
    }

    private static PlanException Bad(string message) => new("bad_option", message);
}
