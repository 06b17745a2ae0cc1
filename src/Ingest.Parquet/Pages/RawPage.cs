using Ingest.Parquet.Vectors;

namespace Ingest.Parquet.Pages;

/// <summary>A page whose bytes are verified and decompressed; the receiver owns the buffer.</summary>
/// <param name="Header">The header.</param>
/// <param name="Buffer">The levels and values.</param>
/// <param name="Offset">The offset of the header in the file.</param>
internal readonly record struct RawPage(PageHeader Header, PageBuffer Buffer, long Offset)
{
    public bool IsDictionary => Header.Type == (int)PageType.Dictionary;

    public bool IsVersion2 => Header.Type == (int)PageType.DataV2;
}
