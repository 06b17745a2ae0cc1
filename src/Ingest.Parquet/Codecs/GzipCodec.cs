using System.IO.Compression;
using Ingest.Parquet.Pages;

namespace Ingest.Parquet.Codecs;

/// <summary>
/// gzip (RFC 1952) through the framework, which reads concatenated members but takes a cut stream for a complete one:
/// the page's known size is what shows the cut.
/// </summary>
internal sealed class GzipCodec : PageCodec
{
    // A header of ten bytes, a trailer of eight.
    private const int SmallestStream = 18;

    public static GzipCodec Instance { get; } = new();

    public override string Name => "gzip";

    // DEFLATE's bound is 1,032; members and blocks only add to it.
    public override int MaxRatio => 1032;

    public override unsafe void Decompress(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        CheckHead(source);
        fixed (byte* start = source)
        {
            using var bytes = new UnmanagedMemoryStream(start, source.Length);
            using var stream = new GZipStream(bytes, CompressionMode.Decompress);
            try
            {
                var read = stream.ReadAtLeast(destination, destination.Length, throwOnEndOfStream: false);
                if (read < destination.Length) throw ParquetErrors.Size(Name, destination.Length, read);
                if (stream.ReadByte() >= 0) throw ParquetErrors.Codec(Name, $"it is longer than the page's {destination.Length} bytes");
            }
            catch (InvalidDataException e)
            {
                throw ParquetErrors.Codec(Name, e.Message.ReplaceLineEndings(" "), e);
            }
        }
    }

    public override PageStream OpenStream(ChunkWindow input, int length)
    {
        CheckHead(input.Peek(SmallestStream));
        return new FrameworkStream(this, input, length, static stream => new GZipStream(stream, CompressionMode.Decompress));
    }

    // A stored page of another format would otherwise pass as an empty stream.
    private void CheckHead(ReadOnlySpan<byte> source)
    {
        if (source.Length < SmallestStream || source[0] != 0x1F || source[1] != 0x8B) throw ParquetErrors.Codec(Name, "it is not a gzip stream");
    }
}
