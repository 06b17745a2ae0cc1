namespace Ingest.Parquet.Metadata;

/// <summary>How the values or levels of a page are written (Encodings.md).</summary>
public enum PageEncoding
{
    /// <summary>One value after the other.</summary>
    Plain = 0,

    /// <summary>The older name of dictionary encoding.</summary>
    PlainDictionary = 2,

    /// <summary>Runs and bit-packed groups.</summary>
    Rle = 3,

    /// <summary>The deprecated packing of levels.</summary>
    BitPacked = 4,

    /// <summary>Differences in bit-packed blocks.</summary>
    DeltaBinaryPacked = 5,

    /// <summary>All lengths, then all bytes.</summary>
    DeltaLengthByteArray = 6,

    /// <summary>Lengths of shared prefixes, then the suffixes.</summary>
    DeltaByteArray = 7,

    /// <summary>Indices into the dictionary page.</summary>
    RleDictionary = 8,

    /// <summary>The first bytes of all values, then the second bytes, and so on.</summary>
    ByteStreamSplit = 9,
}
