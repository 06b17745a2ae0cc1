namespace Ingest.Formats.Csv;

/// <summary>What can be wrong with a CSV file as a whole.</summary>
internal static class CsvErrors
{
    public static SourceException UnclosedQuote(string file, long offset, long line, int limit) => new(
        "unclosed_quote",
        $"{file}: the quote opened on line {line} (byte {offset}) is not closed within {limit} bytes; close it, or say --quote none, or raise --max-record-size");

    public static SourceException RecordTooLarge(string file, long offset, long line, int limit) => new(
        "record_too_large",
        $"{file}: the record on line {line} (byte {offset}) is larger than {limit} bytes; raise --max-record-size if it is meant to be");

    public static SourceException ShorterThanBefore(string file, string what, long expected, long actual) => new(
        "file_changed",
        $"{file}: ends at byte {actual}, inside the {what} of {expected} bytes that was read before; the file changed: load it anew with --restart");

    public static SourceException PrefixChanged(string file, long length, ReadOnlySpan<byte> now, ReadOnlySpan<byte> before) => new(
        "file_changed",
        $"{file}: the first {length} bytes are not those that the interrupted load read (sha256 {Short(now)} now, {Short(before)} then); restore the file, or load it anew with --restart");

    public static SourceException HeaderTooLarge(string file, int limit) => new(
        "record_too_large",
        $"{file}: no end of the header within {limit} bytes; check --delimiter, --quote and --skip-lines");

    public static SourceException NoHeader(string file) => new(
        "empty_file",
        $"{file}: is empty, without even a header; say --no-header with --headers a,b,c if that is right, or leave the file out");

    public static SourceException NothingAfterSkipped(string file, int lines) => new(
        "empty_file",
        $"{file}: has nothing after the lines of --skip-lines {lines}, not even a header; correct the number");

    public static SourceException HeaderNotText(string file, int column, long offset) => new(
        "bad_header",
        $"{file}: the name of column {column} has a byte that is no text of the file's encoding (the header begins at byte {offset}); correct it, check --encoding, or name the columns with --skip-lines 1 --no-header --headers");

    public static SourceException HeaderQuoting(string file, CsvMalformation malformation, long offset) => new(
        "bad_header",
        $"{file}: {(malformation == CsvMalformation.UnclosedQuote ? "a quote that is opened in the header is never closed" : "text stands between a closing quote and the next separator of the header")} (it begins at byte {offset}); correct it, check --quote, or name the columns with --skip-lines 1 --no-header --headers");

    private static string Short(ReadOnlySpan<byte> hash) => System.Convert.ToHexStringLower(hash[..6]) + "…";
}
