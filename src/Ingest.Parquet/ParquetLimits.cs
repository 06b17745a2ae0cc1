namespace Ingest.Parquet;

/// <summary>
/// How much one file may ask for. Every length and count in a file is held against these, and against the bytes that
/// are left, before anything is allocated for it.
/// </summary>
public sealed record ParquetLimits
{
    /// <summary>The limits that apply when none are given.</summary>
    public static ParquetLimits Default { get; } = new();

    /// <summary>The largest footer, in bytes.</summary>
    public int MaxFooterBytes { get; init; } = 128 << 20;

    /// <summary>The most elements of a schema (groups and columns).</summary>
    public int MaxSchemaElements { get; init; } = 200_000;

    /// <summary>The deepest nesting of a schema; at most 120, because levels are kept as bytes.</summary>
    public int MaxSchemaDepth { get; init; } = 64;

    /// <summary>The largest page, in bytes before and after decompression.</summary>
    public int MaxPageBytes { get; init; } = 128 << 20;

    /// <summary>The largest dictionary page, in bytes after decompression.</summary>
    public int MaxDictionaryBytes { get; init; } = 64 << 20;

    /// <summary>The most level entries of one row of one repeated column: list elements, with empty and null lists.</summary>
    public int MaxRowEntries { get; init; } = 16 << 20;

    /// <summary>The most bytes of pages, after decompression, that one row of one repeated column may spread over.</summary>
    public long MaxRowBytes { get; init; } = 256 << 20;

    /// <summary>
    /// The bytes of pages that the columns of a row group may have in memory as a whole, in equal shares. A page that
    /// is larger than the share of its column is decompressed piece by piece, where its codec and encoding allow it; with
    /// Zstandard and Brotli, whose streams keep large windows, from four shares on.
    /// </summary>
    public long WholePagesBytes { get; init; } = 8 << 20;

    /// <summary>A page of at most this size is decompressed as a whole, whatever the share: pieces take memory too.</summary>
    public int SmallestPieces { get; init; } = 64 << 10;

    /// <summary>
    /// What a column may hold in memory before it counts for <see cref="MaxHeldBytes"/>: a page and a dictionary of the 1 MB
    /// that writers keep to, with the dictionary's values as slots.
    /// </summary>
    public long HeldBytesPerColumn { get; init; } = 4 << 20;

    /// <summary>
    /// The most bytes that the columns of a file may hold at once beyond that: pages that are decompressed as a whole,
    /// dictionaries, levels, and the values of a slice that have buffers of their own.
    /// </summary>
    public long MaxHeldBytes { get; init; } = 256 << 20;

    /// <summary>
    /// The most rows of one slice. Small enough for the vectors of a dozen columns to stay in the processor's cache,
    /// large enough for the cost of a slice to vanish (guarded by ParquetDecodeBenchmark).
    /// </summary>
    public int SliceRows { get; init; } = 16 << 10;

    /// <summary>
    /// The bytes of decompressed pages after which a slice takes no further ones, in equal shares for its columns. A
    /// column always gets at least the pages of one row, so that a slice holds more than this when pages are large.
    /// </summary>
    public long SliceBytes { get; init; } = 32 << 20;

    /// <summary>Checks the limits that would stop every read.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A slice could have no row.</exception>
    internal void Validate() => ArgumentOutOfRangeException.ThrowIfLessThan(SliceRows, 1);
}
