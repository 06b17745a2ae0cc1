using Ingest.Sources;

namespace Ingest.Formats.Csv;

/// <summary>How the text of a delimited file is laid out, as far as the user said; what is null is detected.</summary>
public sealed record CsvOptions
{
    /// <summary>The separator (one ASCII character), or null to detect <c>,</c> <c>;</c> tab or <c>|</c>.</summary>
    public char? Delimiter { get; init; }

    /// <summary>The quote character; <c>'\0'</c> for none.</summary>
    public char Quote { get; init; } = '"';

    /// <summary>The character that escapes a quote inside quotes; null for the quote itself, doubled.</summary>
    public char? Escape { get; init; }

    /// <summary>The unquoted text that means NULL, besides COPY's default of the empty one.</summary>
    public string? Null { get; init; }

    /// <summary>The encoding's name, or null to detect it.</summary>
    public string? Encoding { get; init; }

    /// <summary>Whether the first record is data, not a header.</summary>
    public bool NoHeader { get; init; }

    /// <summary>Lines to pass over before the header or first record.</summary>
    public int SkipLines { get; init; }

    /// <summary>The character that starts a comment line, or null for none.</summary>
    public char? Comment { get; init; }

    /// <summary>The most bytes (of UTF-8) of one record: what an unclosed quote may swallow before the file is refused.</summary>
    public int MaxRecordBytes { get; init; } = 16 << 20;

    /// <summary>The largest window of a Zstandard file, in bytes: memory that decompressing takes beside the load's own.</summary>
    public int MaxWindowBytes { get; init; } = SourceStream.DefaultMaxWindow;
}

/// <summary>The layout that a file is read with, all questions answered.</summary>
/// <param name="Delimiter">The separator.</param>
/// <param name="Quote">The quote character, or 0 for none.</param>
/// <param name="Escape">The escape character inside quotes; equal to <paramref name="Quote"/> when quotes are doubled.</param>
/// <param name="Comment">The character that starts a comment line, or 0 for none.</param>
public readonly record struct CsvDialect(byte Delimiter, byte Quote, byte Escape, byte Comment);
