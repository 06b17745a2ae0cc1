namespace Ingest.Formats.Csv;

/// <summary>The layout of a delimited file, and how it was told.</summary>
internal sealed record DetectedDialect
{
    /// <summary>The layout to read with.</summary>
    public required CsvDialect Dialect { get; init; }

    /// <summary>The bytes in the sample before the header or first record: a <c>sep=</c> line with its break, or 0.</summary>
    public required int ContentOffset { get; init; }

    /// <summary>The most frequent number of fields in the sampled records; 0 for an empty sample.</summary>
    public required int Columns { get; init; }

    /// <summary>The records that were sampled.</summary>
    public required int Sampled { get; init; }

    /// <summary>Whether the first record reads like column names.</summary>
    public required bool HeaderPlausible { get; init; }

    /// <summary>How the separator was told, in a few words.</summary>
    public required string Reason { get; init; }

    /// <summary>The escape that quotes seem to have where the user gave none; else null.</summary>
    public char? LikelyEscape { get; init; }

    /// <summary>The quote that fields seem to have where the user gave none; else null.</summary>
    public char? LikelyQuote { get; init; }

    /// <summary>What the user may want to set: an escape character, another quote; empty when all is well.</summary>
    public required IReadOnlyList<string> Notices { get; init; }
}
