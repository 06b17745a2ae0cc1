namespace Ingest.Parquet;

/// <summary>
/// Every message of this library. They are made without a place: the readers above the fault add the file, the row
/// group, the column and the offset.
/// </summary>
internal static class ParquetErrors
{
    private const string Damaged = "; the file is damaged or was written wrongly: get it again, or write it anew";

    public static ParquetException NotParquet() => new(ParquetError.NotParquet,
        "this is not a Parquet file: it does not begin and end with PAR1");

    public static ParquetException TooShort(long length) => new(ParquetError.Truncated,
        $"the file has {length} bytes, too few for Parquet: copy it again");

    public static ParquetException NoFooter() => new(ParquetError.Truncated,
        "the file begins as Parquet but has no footer at its end: it was cut short, or its writer did not finish: copy it again");

    public static ParquetException EndOfSource(long offset, long wanted, long length) => new(ParquetError.Truncated,
        $"{wanted} bytes are wanted at {offset}, but the file ends at {length}: it is cut short: copy it again");

    public static ParquetException Io(Exception inner) => new(ParquetError.Io,
        $"the file cannot be read ({inner.Message.ReplaceLineEndings(" ")}): check the disk and the permissions", inner);

    public static ParquetException Encrypted() => new(ParquetError.Encrypted,
        "the file is encrypted (Parquet modular encryption), which is not supported: decrypt it first");

    public static ParquetException Corrupt(string what) => new(ParquetError.Corrupt, what + Damaged);

    /// <summary>
    /// The error that decoding ends in, whatever it ran into: what a crafted file gets past the checks is a fault of the file
    /// too. Null for what says nothing of the file, as a cancellation.
    /// </summary>
    public static ParquetException? Of(Exception failure) => failure switch
    {
        ParquetException known => known,
        ObjectDisposedException => null,
        IndexOutOfRangeException or ArgumentException or ArithmeticException or InvalidOperationException or NullReferenceException =>
            new(ParquetError.Corrupt, $"what is here contradicts itself ({failure.Message.ReplaceLineEndings(" ")}){Damaged}", failure),
        _ => null,
    };

    public static ParquetException Ends(string what) => new(ParquetError.Corrupt, $"the data end inside {what}{Damaged}");

    public static ParquetException Codec(string codec, string why, Exception? inner = null) => new(ParquetError.Corrupt,
        $"a page does not decompress ({codec}: {why}){Damaged}", inner);

    public static ParquetException Size(string codec, long expected, long found) => new(ParquetError.Corrupt,
        $"a page decompresses ({codec}) to {found} bytes where its header says {expected}{Damaged}");

    public static ParquetException Checksum(uint expected, uint found) => new(ParquetError.Checksum,
        $"a page's checksum is {found:x8} where its header says {expected:x8}{Damaged}");

    public static ParquetException Unsupported(string what, string instead) => new(ParquetError.Unsupported,
        $"{what}, which is not supported: {instead}");

    public static ParquetException UnknownEncoding(int encoding, string type) => new(ParquetError.Unsupported,
        $"a page of type {type} has the encoding {encoding}, which this reader does not know: write the file with PLAIN or dictionary encoding");

    public static ParquetException UnknownCodec(string codec) => new(ParquetError.Unsupported,
        $"the codec {codec} is not supported: write the file with Snappy, Zstandard, gzip, Brotli or LZ4_RAW");

    public static ParquetException ZstdMissing(Exception inner) => new(ParquetError.CodecMissing,
        "the file is compressed with Zstandard and the system's libzstd was not found: install it (Debian: libzstd1, Fedora: libzstd, macOS: brew install zstd, Windows: libzstd.dll on the PATH)", inner);

    public static ParquetException Limit(string what, long found, long limit, string instead) => new(ParquetError.Limit,
        $"{what} is {found}, over this reader's limit of {limit}: write the file with {instead}");

    public static ParquetException BadName(string name) => new(ParquetError.Unsupported,
        $"the schema has a column or group '{string.Concat(name.Select(c => char.IsControl(c) ? $"\\u{(int)c:x4}" : $"{c}"))}' whose name is not valid UTF-8, or has a NUL in it: give it another name");
}
