namespace Ingest.Formats.Csv;

/// <summary>A field's place in its block.</summary>
/// <param name="Start">The first byte, inside the quotes where there are any.</param>
/// <param name="Length">The bytes, escapes included, without the quotes.</param>
/// <param name="IsQuoted">Whether it stands in quotes; then there may be escapes to undo.</param>
internal readonly record struct CsvField(int Start, int Length, bool IsQuoted);
