using Ingest.Parquet.Pages;

namespace Ingest.Parquet.Codecs;

/// <summary>
/// The bytes of a large page, decompressed front to back as they are asked for, so that the page is never in memory as
/// a whole. It gives exactly the bytes that the page's header declares.
/// </summary>
/// <param name="input">The page's bytes as stored, which the stream disposes.</param>
/// <param name="length">The bytes after decompression.</param>
internal abstract class PageStream(ChunkWindow input, int length) : IDisposable
{
    /// <summary>The bytes that were not given yet.</summary>
    public int Remaining { get; private set; } = length;

    /// <summary>The bytes after decompression.</summary>
    protected int Length { get; } = length;

    /// <summary>The bytes as stored.</summary>
    protected ChunkWindow Input => input;

    /// <summary>Fills <paramref name="destination"/> with the next bytes.</summary>
    /// <exception cref="ParquetException">There are fewer, or they are corrupt.</exception>
    public void Read(Span<byte> destination, string inside)
    {
        if (destination.Length > Remaining) throw ParquetErrors.Ends(inside);
        while (destination.Length > 0)
        {
            var count = ReadSome(destination);
            Remaining -= count;
            destination = destination[count..];
        }
    }

    /// <summary>Passes over the bytes that no value was in, and checks that the page ends after them.</summary>
    /// <exception cref="ParquetException">The page has another size than declared, or is corrupt.</exception>
    public void Finish()
    {
        Span<byte> rest = stackalloc byte[512];
        while (Remaining > 0) Read(rest[..Math.Min(rest.Length, Remaining)], "a page");
        CheckEnd();
    }

    /// <inheritdoc/>
    public virtual void Dispose() => input.Dispose();

    /// <summary>Gives at least one of the next bytes, of which there are some left.</summary>
    protected abstract int ReadSome(Span<byte> destination);

    /// <summary>Checks, after the last byte, that there is no further one.</summary>
    protected abstract void CheckEnd();
}
