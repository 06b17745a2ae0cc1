namespace Ingest.Benchmarks.Race;

/// <summary>What is done with a workload's rows.</summary>
/// <param name="Name">The name on the command line.</param>
/// <param name="Title">The name in the report.</param>
internal sealed record Work(string Name, string Title)
{
    /// <summary>Whether rows that are there are updated; else rows are only added.</summary>
    public bool Upserts { get; init; }

    /// <summary>Whether the table has its primary key and its indexes.</summary>
    public bool Keyed { get; init; }

    /// <summary>Whether the table holds the workload's rows at the start.</summary>
    public bool Filled { get; init; }

    /// <summary>The per cent of the rows that differ from those that a filled table holds.</summary>
    public int ChangedPercent { get; init; }

    /// <summary>Whether the rows come as Parquet, against the same rows as CSV.</summary>
    public bool Parquet { get; init; }

    public static Work Append { get; } = new("append", "append, no key");

    public static Work AppendKeyed { get; } = new("append-key", "append, primary key") { Keyed = true };

    public static Work Upsert { get; } = new("upsert", "upsert into empty") { Upserts = true, Keyed = true };

    public static Work Unchanged { get; } = new("unchanged", "upsert, unchanged") { Upserts = true, Keyed = true, Filled = true };

    public static Work Changed { get; } = new("changed", "upsert, all changed") { Upserts = true, Keyed = true, Filled = true, ChangedPercent = 100 };

    public static Work ChangedTenth { get; } = new("changed-10", "upsert, 10 % changed") { Upserts = true, Keyed = true, Filled = true, ChangedPercent = 10 };

    public static Work ParquetAppend { get; } = new("parquet-append", "Parquet: append, no key") { Parquet = true };

    public static Work ParquetUpsert { get; } = new("parquet-upsert", "Parquet: upsert into empty") { Parquet = true, Upserts = true, Keyed = true };

    /// <summary>The works on CSV, in the order in which they are done.</summary>
    public static IReadOnlyList<Work> Csv { get; } = [Append, AppendKeyed, Upsert, Unchanged, Changed, ChangedTenth];

    /// <summary>Every work.</summary>
    public static IReadOnlyList<Work> All { get; } = [.. Csv, ParquetAppend, ParquetUpsert];
}
