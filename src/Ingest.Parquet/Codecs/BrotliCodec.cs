using System.IO.Compression;
using Ingest.Parquet.Pages;

namespace Ingest.Parquet.Codecs;

/// <summary>Brotli (RFC 7932) through the framework.</summary>
internal sealed class BrotliCodec : PageCodec
{
    public static BrotliCodec Instance { get; } = new();

    public override string Name => "Brotli";

    public override int MaxRatio => int.MaxValue;

    public override int WholeShares => 4;

    public override void Decompress(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        if (!BrotliDecoder.TryDecompress(source, destination, out var written))
            throw ParquetErrors.Codec(Name, "the stream is corrupt, or longer than the page");
        if (written != destination.Length) throw ParquetErrors.Size(Name, destination.Length, written);
    }

    public override PageStream OpenStream(ChunkWindow input, int length) =>
        new FrameworkStream(this, input, length, static stream => new BrotliStream(stream, CompressionMode.Decompress));
}
