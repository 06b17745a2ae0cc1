namespace Ingest.Formats.Csv;

/// <summary>What is wrong with a record's quoting.</summary>
internal enum CsvMalformation : byte
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Text between a closing quote and the next separator.</summary>
    TextAfterClosingQuote,

    /// <summary>A quote that is still open where the source ends.</summary>
    UnclosedQuote,
}
