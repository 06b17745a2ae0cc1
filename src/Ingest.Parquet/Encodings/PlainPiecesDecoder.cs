using System.Runtime.InteropServices;
using Ingest.Parquet.Codecs;
using Ingest.Parquet.Vectors;

namespace Ingest.Parquet.Encodings;

/// <summary>PLAIN numbers of a page that is decompressed in pieces, straight into the slots.</summary>
internal sealed class PlainPiecesDecoder<T>(PageStream page) : ValueDecoder<T>
    where T : unmanaged
{
    public override void Read(Span<T> destination, BufferList buffers)
    {
        var target = MemoryMarshal.AsBytes(destination);
        page.Read(target, "the values of a page");
        if (!BitConverter.IsLittleEndian) PlainDecoder<T>.ReverseEach(target);
    }
}
