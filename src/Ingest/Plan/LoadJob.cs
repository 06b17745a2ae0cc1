using Ingest.Convert;
using Ingest.Formats.Csv;
using Ingest.Lanes;
using Ingest.Manifest;
using Ingest.Postgres;

namespace Ingest.Plan;

/// <summary>Everything that one run is asked to do. Immutable; checked once, when the run is planned.</summary>
public sealed record LoadJob
{
    /// <summary>Paths and glob patterns (<c>**</c> included) in the order given; <c>-</c> is standard input.</summary>
    public required IReadOnlyList<string> Files { get; init; }

    /// <summary>Opens the stored bytes of standard input; null where <c>-</c> is an empty file.</summary>
    public Func<Stream>? StandardInput { get; init; }

    /// <summary>The target table.</summary>
    public required TableName Table { get; init; }

    /// <summary>The conflict target's columns; empty for the table's primary key.</summary>
    public IReadOnlyList<string> Key { get; init; } = [];

    /// <summary>Names for a file without a header, or the contract for one with a header; null for the file's own.</summary>
    public IReadOnlyList<string>? Headers { get; init; }

    /// <summary>The file format.</summary>
    public FileType FileType { get; init; } = FileType.Auto;

    /// <summary>What happens to rows that are there already.</summary>
    public LoadMode Mode { get; init; } = LoadMode.Upsert;

    /// <summary>The most rows of a batch. While rows go straight into the table, up to 40 times as many share a transaction.</summary>
    public int ChunkSize { get; init; } = 50_000;

    /// <summary>The number of lanes (connections) and of decoding workers.</summary>
    public int Concurrency { get; init; } = Math.Min(Environment.ProcessorCount, 4);

    /// <summary>Skip files that are loaded, go on with files that were interrupted.</summary>
    public bool Resume { get; init; }

    /// <summary>Load a file from its start although an interrupted load of it exists.</summary>
    public bool Restart { get; init; }

    /// <summary>Append a file that was loaded before.</summary>
    public bool Force { get; init; }

    /// <summary>Stop after decode and convert; write nothing.</summary>
    public bool DryRun { get; init; }

    /// <summary>Accept missing columns and short records.</summary>
    public bool Tolerant { get; init; }

    /// <summary>What a missing column is given.</summary>
    public TolerantMode TolerantMode { get; init; } = TolerantMode.Null;

    /// <summary>What happens to columns and fields that the target does not have.</summary>
    public ExtraColumns ExtraColumns { get; init; } = ExtraColumns.Error;

    /// <summary>
    /// The start of the names of columns that are never part of the target, whatever <see cref="ExtraColumns"/> says, or
    /// null: exported rejects carry such columns.
    /// </summary>
    public string? IgnoredColumnPrefix { get; init; }

    /// <summary>What is known of the rejects that the records of the file correct, or null for a file of its own.</summary>
    public Replay? Replay { get; init; }

    /// <summary>Make the target when it is missing.</summary>
    public bool CreateTable { get; init; }

    /// <summary>With <see cref="CreateTable"/>: infer column types instead of TEXT.</summary>
    public bool PreserveTypes { get; init; }

    /// <summary>How often a batch is tried again after a transient failure.</summary>
    public int MaxRetries { get; init; } = 3;

    /// <summary>How many rejects a run may have.</summary>
    public RejectLimit MaxRejects { get; init; } = RejectLimit.None;

    /// <summary>What happens when a key occurs again within one file; null for the last to stand, where the mode leaves a choice.</summary>
    public OnDuplicate? OnDuplicate { get; init; }

    /// <summary>How the text of a CSV file is laid out.</summary>
    public CsvOptions Csv { get; init; } = new();

    /// <summary>How values are written.</summary>
    public ConvertOptions Convert { get; init; } = new();

    /// <summary>SQL to run before the first file, or null.</summary>
    public string? BeforeSql { get; init; }

    /// <summary>SQL to run after the last file, or null.</summary>
    public string? AfterSql { get; init; }

    /// <summary>Whether to ANALYZE the target at the end.</summary>
    public bool Analyze { get; init; }

    /// <summary>The schema of the manifest tables.</summary>
    public string ManifestSchema { get; init; } = "ingest";

    /// <summary>Wait for the WAL flush of every commit, not only of a file's last.</summary>
    public bool Durable { get; init; }

    /// <summary>Seconds after which a statement or a stalled connection counts as failed.</summary>
    public int CommandTimeout { get; init; } = 120;

    /// <summary>Seconds that a statement waits for a lock of others before it fails and is tried again.</summary>
    public int LockTimeout { get; init; } = 30;

    /// <summary>Seconds that a run waits for a lost server to come back.</summary>
    public int ReconnectWindow { get; init; } = 120;
}

/// <summary>The formats that files come in.</summary>
public enum FileType
{
    /// <summary>Told by magic bytes.</summary>
    Auto,

    /// <summary>Delimited text.</summary>
    Csv,

    /// <summary>Apache Parquet.</summary>
    Parquet,
}

/// <summary>What a missing column is given.</summary>
public enum TolerantMode
{
    /// <summary>NULL.</summary>
    Null,

    /// <summary>The empty string.</summary>
    Empty,
}

/// <summary>What happens to columns and fields that the target does not have.</summary>
public enum ExtraColumns
{
    /// <summary>A column is an error of the plan; a record with extra fields is a reject.</summary>
    Error,

    /// <summary>They are dropped.</summary>
    Ignore,
}
