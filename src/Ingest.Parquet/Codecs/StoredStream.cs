using Ingest.Parquet.Pages;

namespace Ingest.Parquet.Codecs;

/// <summary>A page that is not compressed.</summary>
internal sealed class StoredStream(ChunkWindow input, int length) : PageStream(input, length)
{
    protected override int ReadSome(Span<byte> destination)
    {
        Input.Read(destination);
        return destination.Length;
    }

    // Its size in the file was compared with the one declared when its header was read.
    protected override void CheckEnd()
    {
    }
}
