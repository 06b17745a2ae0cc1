using Ingest.Parquet;

namespace Ingest.Formats.Parquet;

/// <summary>What can be wrong with a Parquet file as a whole.</summary>
internal static class ParquetErrors
{
    /// <summary>The reader's failure, with its code and its message.</summary>
    public static SourceException Of(ParquetException failure) => new(failure.Code, failure.Message, failure);

    public static SourceException FooterChanged(string file) => new(
        "file_changed",
        $"{file}: the footer is not the one that the interrupted load read; restore the file, or load it anew with --restart");

    public static SourceException ShorterThanBefore(string file, long expected, long actual) => new(
        "file_changed",
        $"{file}: has {actual} rows, and the interrupted load had read {expected}; the file changed: load it anew with --restart");
}
