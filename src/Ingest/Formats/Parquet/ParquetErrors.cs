using Ingest.Parquet;

namespace Ingest.Formats.Parquet;

/// <summary>What can be wrong with a Parquet file as a whole.</summary>
internal static class ParquetErrors
{
    /// <summary>The reader's failure, with its code and its message.</summary>
    public static SourceException Of(ParquetException failure) => new(failure.Code, failure.Message, failure);

    public static SourceException PrefixChanged(string file, int rowGroup, ReadOnlySpan<byte> now, ReadOnlySpan<byte> before) => new(
        "file_changed",
        $"{file}: the footer or the row groups up to number {rowGroup} are not those that the interrupted load read (sha256 {Short(now)} now, {Short(before)} then); restore the file, or load it anew with --restart");

    public static SourceException ShorterThanBefore(string file, long expected, long actual) => new(
        "file_changed",
        $"{file}: has {actual} rows, and the interrupted load had read {expected}; the file changed: load it anew with --restart");

    private static string Short(ReadOnlySpan<byte> hash) => System.Convert.ToHexStringLower(hash[..Math.Min(6, hash.Length)]) + "…";
}
