using Ingest.Postgres;

namespace Ingest.Sources;

/// <summary>What is said of sources that cannot be read.</summary>
internal static class SourceErrors
{
    public static SourceException NotFound(string name) =>
        new("file_not_found", $"{Show(name)} does not exist");

    public static SourceException Dangling(string name) =>
        new("file_not_found", $"{Show(name)} is a symbolic link that leads to no file");

    public static SourceException Directory(string name) =>
        new("is_directory", $"{Show(name)} is a directory; name its files, for instance {Show(Path.Join(name, "*.csv"))}");

    public static SourceException Device(string name) =>
        new("is_device", $"{Show(name)} is a device or a socket; ingest reads files, pipes and standard input (-)");

    public static SourceException Denied(string name, Exception? inner = null) =>
        new("file_denied", $"{Show(name)} may not be read by this user; check the permissions of the file and its folders", inner);

    public static SourceException OpenFailed(string name, Exception inner) =>
        new("open_failed", $"{Show(name)} cannot be opened: {OneLine(inner.Message)}", inner);

    public static SourceException ReadFailed(string name, long offset, Exception inner) =>
        new("read_failed", $"reading {Show(name)} failed at byte {offset}: {OneLine(inner.Message)}; check the disk or the mount", inner);

    public static SourceException Changed(string name, string how) =>
        new("source_changed", $"{Show(name)} changed while it was read: it {how}; wait until it is written completely, then load it with --restart");

    public static SourceException Truncated(string name, string format, long offset) =>
        new("truncated", $"{Show(name)} is truncated: its {format} data ends at byte {offset} in the middle; fetch the file again");

    public static SourceException Corrupt(string name, string format, long offset, string what, Exception? inner = null) =>
        new("corrupt", $"{Show(name)} is corrupt: its {format} data is wrong near byte {offset} ({OneLine(what)}); fetch the file again", inner);

    public static SourceException TrailingGarbage(string name, string format, long offset) =>
        new("corrupt", $"{Show(name)} is corrupt: {format} data ends at byte {offset}, and what follows is not {format}; fetch the file again");

    public static SourceException WindowTooLarge(string name, int limit, long offset) =>
        new("window_too_large", $"{Show(name)} needs a window of more than {limit >> 20} MiB of memory to decompress (Zstandard frame at byte {offset}); allow it with --max-window (128MB for zstd --long), or compress it without --long");

    public static SourceException ZstandardMissing(string name, Exception inner) =>
        new("library_missing", $"{Show(name)} is compressed with Zstandard, and the library libzstd is not installed; install the package libzstd1 (Debian, Ubuntu), libzstd (Fedora, RHEL) or zstd (Alpine: zstd-libs, Homebrew: zstd)", inner);

    public static SourceException Unsupported(string name, string format, string command) =>
        new("unsupported", $"{Show(name)} is {format}; unpack it first, for instance: {command}");

    public static SourceException ParquetAsText(string name) =>
        new("unsupported", $"{Show(name)} is Parquet, which is read from a file in more than one place: save a pipe to a file first, and leave --file-type at auto or parquet");

    public static SourceException ParquetCompressed(string name) =>
        new("unsupported", $"{Show(name)} is a Parquet file that was compressed as a whole, and Parquet is read in more than one place: unpack it first (its columns are compressed within the file already)");

    public static SourceException CompressedTwice(string name) =>
        new("unsupported", $"{Show(name)} was compressed twice: unpack it once first, or pipe it (zcat FILE | ingest load - …)");

    public static SourceException ParquetPipe(string name) =>
        new("unsupported", $"{Show(name)} is a pipe, and Parquet is read from a file in more than one place: save it to a file first");

    public static SourceException NotText(string name) =>
        new("not_text", $"{Show(name)} is not text: it is full of NUL bytes; if it is UTF-16 or UTF-32, say so with --encoding utf-16le, utf-16be or utf-32le");

    public static SourceException UnknownEncoding(string name, long offset, IReadOnlyList<string> candidates) =>
        new("unknown_encoding", $"{Show(name)} is not UTF-8 (first wrong byte at {offset}) and its encoding cannot be told for certain; say it with --encoding"
            + (candidates.Count > 0 ? $", the bytes would fit {string.Join(", ", candidates)}" : ", for instance --encoding windows-1252"));

    public static SourceException BomConflict(string name, string bom, string declared) =>
        new("encoding_conflict", $"{Show(name)} begins with the byte order mark of {bom}, but --encoding {declared} was given; leave --encoding out");

    public static PlanException BadEncodingName(string name) =>
        new("unknown_encoding", $"encoding {Show(name)} is not known; use a name such as utf-8, utf-16le, windows-1252, iso-8859-15, shift_jis, gb18030 or euc-kr");

    private static string Show(string name) => Identifier.Show(name);

    private static string OneLine(string message) => message.ReplaceLineEndings(" ").TrimEnd('.', ' ');
}
