using Ingest.Parquet.Metadata;
using Ingest.Parquet.Pages;

namespace Ingest.Parquet.Codecs;

/// <summary>
/// Decompresses a page into a buffer of exactly the size that the page header gives; more or fewer bytes are an error.
/// </summary>
internal abstract class PageCodec
{
    /// <summary>The codec's name in messages.</summary>
    public abstract string Name { get; }

    /// <summary>
    /// The most bytes that one compressed byte can become, so that a header's claim is refused before memory is taken
    /// for it; <see cref="int.MaxValue"/> where the format knows no bound.
    /// </summary>
    public abstract int MaxRatio { get; }

    /// <summary>
    /// How many times the share of its column a page may take as a whole. Formats that look back over megabytes take
    /// about as much for a page in pieces.
    /// </summary>
    public virtual int WholeShares => 1;

    /// <summary>Decompresses <paramref name="source"/> so that it fills <paramref name="destination"/>.</summary>
    /// <exception cref="ParquetException">The bytes are corrupt, or do not have that size.</exception>
    public abstract void Decompress(ReadOnlySpan<byte> source, Span<byte> destination);

    /// <summary>Decompresses a page piece by piece, or returns null where the codec is not made for it.</summary>
    /// <param name="input">The page's bytes as stored; the stream disposes it.</param>
    /// <param name="length">The bytes after decompression.</param>
    /// <exception cref="ParquetException">The bytes are corrupt, or do not have that size.</exception>
    public virtual PageStream? OpenStream(ChunkWindow input, int length) => null;

    /// <summary>The codec of a column chunk, or null for uncompressed pages.</summary>
    public static PageCodec? For(CompressionCodec codec) => codec switch
    {
        CompressionCodec.Uncompressed => null,
        CompressionCodec.Snappy => SnappyCodec.Instance,
        CompressionCodec.Gzip => GzipCodec.Instance,
        CompressionCodec.Brotli => BrotliCodec.Instance,
        CompressionCodec.Zstd => ZstdCodec.Instance,
        CompressionCodec.Lz4Raw => Lz4RawCodec.Instance,
        CompressionCodec.Lz4 => HadoopLz4Codec.Instance,
        _ => throw ParquetErrors.UnknownCodec(Enum.IsDefined(codec) ? codec.ToString().ToUpperInvariant() : ((int)codec).ToString()),
    };
}
