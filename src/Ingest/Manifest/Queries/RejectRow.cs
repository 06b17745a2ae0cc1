namespace Ingest.Manifest.Queries;

/// <summary>Which rejects are meant.</summary>
public sealed record RejectFilter
{
    /// <summary>Those of one run, or null.</summary>
    public Guid? RunId { get; init; }

    /// <summary>Those of one file (its name, or the end of its path), or null.</summary>
    public string? File { get; init; }

    /// <summary>Those of one target table, or null.</summary>
    public string? Table { get; init; }

    /// <summary>Also those that a replay has resolved.</summary>
    public bool IncludeResolved { get; init; }

    /// <summary>The most to read.</summary>
    public long Limit { get; init; } = long.MaxValue;
}

/// <summary>A record that could not be applied.</summary>
/// <param name="Id">The reject's identity.</param>
/// <param name="ManifestId">The load that it belongs to.</param>
/// <param name="RunId">The run that rejected it.</param>
/// <param name="File">The file.</param>
/// <param name="Record">The 1-based number of the record in the file.</param>
/// <param name="Line">The 1-based line that it starts on, or 0.</param>
/// <param name="Column">The column that is to blame, or null.</param>
/// <param name="Code">The SQLSTATE or own code.</param>
/// <param name="Message">The reason.</param>
/// <param name="Raw">The record as it stands in the file, or null when it is not valid text.</param>
/// <param name="RawBytes">The record's bytes when they are not valid text, else null.</param>
/// <param name="ResolvedAt">When a replay resolved it (UTC), or null.</param>
public sealed record RejectRow(
    long Id, long ManifestId, Guid RunId, string File, long Record, long Line, string? Column, string Code, string Message,
    string? Raw, byte[]? RawBytes, DateTime? ResolvedAt);

/// <summary>The load that rejects come from: how their raw text is to be read, and where it was going.</summary>
/// <param name="ManifestId">The manifest entry.</param>
/// <param name="File">The file.</param>
/// <param name="Target">The target table.</param>
/// <param name="Mode">The load mode as stored.</param>
/// <param name="Header">The source's column names.</param>
/// <param name="Dialect">The dialect as JSON: <c>delimiter</c>, <c>quote</c>, <c>escape</c>.</param>
public sealed record RejectOrigin(long ManifestId, string File, string Target, string Mode, IReadOnlyList<string> Header, string Dialect);
