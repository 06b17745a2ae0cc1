namespace Ingest.Parquet.Codecs;

/// <summary>LZ4_RAW (Compression.md): one plain LZ4 block.</summary>
internal sealed class Lz4RawCodec : PageCodec
{
    public static Lz4RawCodec Instance { get; } = new();

    public override string Name => "LZ4_RAW";

    public override int MaxRatio => Lz4Block.MaxRatio;

    public override void Decompress(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        var written = Lz4Block.TryDecode(source, destination);
        if (written < 0) throw ParquetErrors.Codec(Name, "the block is corrupt, or longer than the page");
        if (written != destination.Length) throw ParquetErrors.Size(Name, destination.Length, written);
    }
}
