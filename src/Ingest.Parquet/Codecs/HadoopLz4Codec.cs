using System.Buffers.Binary;

namespace Ingest.Parquet.Codecs;

/// <summary>
/// The deprecated codec LZ4 (Compression.md): Hadoop writes frames of a decompressed and a compressed length, both
/// 32 bits and big-endian, each with an LZ4 block; other writers put a plain block there. The frames are tried first,
/// because a plain block hardly ever begins with two lengths that fit.
/// </summary>
internal sealed class HadoopLz4Codec : PageCodec
{
    public static HadoopLz4Codec Instance { get; } = new();

    public override string Name => "LZ4";

    public override int MaxRatio => Lz4Block.MaxRatio;

    public override void Decompress(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        if (TryFrames(source, destination)) return;
        if (Lz4Block.TryDecode(source, destination) != destination.Length)
            throw ParquetErrors.Codec(Name, "it is neither Hadoop's framing nor a plain block of the page's size");
    }

    private static bool TryFrames(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        while (source.Length >= 8)
        {
            var decompressed = BinaryPrimitives.ReadUInt32BigEndian(source);
            var compressed = BinaryPrimitives.ReadUInt32BigEndian(source[4..]);
            source = source[8..];
            if (compressed > (uint)source.Length || decompressed > (uint)destination.Length) return false;
            var target = destination[..(int)decompressed];
            if (Lz4Block.TryDecode(source[..(int)compressed], target) != target.Length) return false;
            source = source[(int)compressed..];
            destination = destination[(int)decompressed..];
        }
        return source.Length == 0 && destination.Length == 0;
    }
}
