namespace Ingest.Benchmarks.Race.Report;

/// <summary>All that a race has found; its JSON is this record.</summary>
internal sealed record RaceReport
{
    /// <summary>The day, in UTC.</summary>
    public required string Date { get; init; }

    /// <summary>The command that was typed.</summary>
    public required string Invocation { get; init; }

    public required int Rounds { get; init; }

    public required Machine Machine { get; init; }

    /// <summary>How client CPU and memory were measured.</summary>
    public required string MeasuredBy { get; init; }

    /// <summary>The versions of everything that took part, one line each.</summary>
    public required IReadOnlyList<string> Versions { get; init; }

    /// <summary>The server's settings that bear on speed.</summary>
    public required IReadOnlyDictionary<string, string> ServerSettings { get; init; }

    /// <summary>The workloads: name to what is special about them.</summary>
    public required IReadOnlyDictionary<string, string> Workloads { get; init; }

    /// <summary>The contenders: name to what they do.</summary>
    public required IReadOnlyDictionary<string, string> Contenders { get; init; }

    /// <summary>The names of the contenders that one could use instead of ours.</summary>
    public required IReadOnlyList<string> Peers { get; init; }

    /// <summary>Who could not take part: name to reason.</summary>
    public required IReadOnlyDictionary<string, string> Skipped { get; init; }

    public required IReadOnlyList<HeatResult> Results { get; init; }

    /// <summary>Our own upsert into an empty table by number of rows.</summary>
    public required IReadOnlyList<HeatResult> Sizes { get; init; }

    public AllocationResult? Allocation { get; init; }

    public DecodeResult? Decode { get; init; }

    /// <summary>Whether every contender did its work, with the same rows in the table at the end.</summary>
    public bool Clean => Results.All(r => r.Failure is null);
}
