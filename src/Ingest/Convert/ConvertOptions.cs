namespace Ingest.Convert;

/// <summary>What the user said of how values are written in the source.</summary>
public sealed record ConvertOptions
{
    /// <summary>
    /// Patterns for dates and timestamps that PostgreSQL's ISO forms do not cover, in .NET's custom letters
    /// (<c>dd.MM.yyyy HH:mm:ss</c>). The first whose form a value has reads it; the ISO forms are always read.
    /// </summary>
    public IReadOnlyList<string> DateFormats { get; init; } = [];

    /// <summary>Whether numbers have a decimal comma and points (or spaces) between thousands.</summary>
    public bool DecimalComma { get; init; }

    /// <summary>
    /// The TimeZone that every session of the run sets. Times without an offset are converted here for UTC alone; under any
    /// other zone, timestamptz and timetz take the text route and the server decides.
    /// </summary>
    public string TimeZone { get; init; } = "UTC";

    /// <summary>The server's major version: what text is a number or a time changed with PostgreSQL 16.</summary>
    public int ServerMajor { get; init; } = 15;

    internal bool ReadsLiterals => ServerMajor >= 16;

    internal bool IsStrictOnTimes => ServerMajor >= 16;

    internal bool IsUtc => TimeZone.Equals("UTC", StringComparison.OrdinalIgnoreCase);
}
