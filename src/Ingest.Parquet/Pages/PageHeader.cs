namespace Ingest.Parquet.Pages;

/// <summary>The kinds of page (parquet.thrift, <c>PageType</c>).</summary>
internal enum PageType
{
    Data = 0,
    Index = 1,
    Dictionary = 2,
    DataV2 = 3,
}

/// <summary>A page's header (parquet.thrift, <c>PageHeader</c>) with the one of its kind folded in.</summary>
internal readonly record struct PageHeader
{
    public required int Type { get; init; }

    /// <summary>The bytes after decompression; in version 2 with the levels.</summary>
    public required int UncompressedBytes { get; init; }

    /// <summary>The bytes that follow the header.</summary>
    public required int CompressedBytes { get; init; }

    public required uint? Crc { get; init; }

    /// <summary>The number of entries of a data page, of values of a dictionary page.</summary>
    public int ValueCount { get; init; }

    public int Encoding { get; init; }

    /// <summary>Version 1: how the definition levels are written.</summary>
    public int DefinitionEncoding { get; init; }

    /// <summary>Version 1: how the repetition levels are written.</summary>
    public int RepetitionEncoding { get; init; }

    /// <summary>Version 2: the bytes of the definition levels, which are never compressed.</summary>
    public int DefinitionBytes { get; init; }

    /// <summary>Version 2: the bytes of the repetition levels, which are never compressed.</summary>
    public int RepetitionBytes { get; init; }

    /// <summary>Version 2: whether the values are compressed.</summary>
    public bool IsCompressed { get; init; }

    /// <summary>Whether the header of the page's own kind was there.</summary>
    public bool HasDetails { get; init; }
}
