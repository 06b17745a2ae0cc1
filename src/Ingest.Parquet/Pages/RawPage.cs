using Ingest.Parquet.Codecs;
using Ingest.Parquet.Vectors;

namespace Ingest.Parquet.Pages;

/// <summary>A page whose bytes are verified; the receiver owns the buffer and the stream.</summary>
/// <param name="Header">The header.</param>
/// <param name="Buffer">The levels and values, decompressed; of a page that is decompressed in pieces the levels only.</param>
/// <param name="Values">The values of a page that is decompressed in pieces, else null.</param>
/// <param name="Offset">The offset of the header in the file.</param>
internal readonly record struct RawPage(PageHeader Header, PageBuffer Buffer, PageStream? Values, long Offset)
{
    public bool IsDictionary => Header.Type == (int)PageType.Dictionary;

    public bool IsVersion2 => Header.Type == (int)PageType.DataV2;

    public void Release()
    {
        Buffer.Release();
        Values?.Dispose();
    }
}
