namespace Ingest.Parquet.Sources;

/// <summary>
/// Bytes that can be read at any position: a file, memory, or ranges of a remote object. Reads may come from several
/// threads at once.
/// </summary>
public abstract class ByteSource : IDisposable
{
    /// <summary>The name that messages use, such as the path.</summary>
    public abstract string Name { get; }

    /// <summary>The number of bytes; it does not change while the source is read.</summary>
    public abstract long Length { get; }

    /// <summary>
    /// Fills <paramref name="destination"/> with the bytes from <paramref name="offset"/> on.
    /// </summary>
    /// <exception cref="ParquetException">The source ends before, or cannot be read.</exception>
    public void Read(long offset, Span<byte> destination)
    {
        if (offset < 0 || offset > Length - destination.Length)
            throw ParquetErrors.EndOfSource(offset, destination.Length, Length).At(Name, offset: offset);
        while (destination.Length > 0)
        {
            var count = ReadSome(offset, destination);
            if (count <= 0) throw ParquetErrors.EndOfSource(offset, destination.Length, offset).At(Name, offset: offset);
            offset += count;
            destination = destination[count..];
        }
    }

    /// <summary>
    /// Reads some of the bytes from <paramref name="offset"/> on; at least one unless the source ends there.
    /// </summary>
    /// <returns>The number of bytes read, 0 at the end of the source.</returns>
    protected abstract int ReadSome(long offset, Span<byte> destination);

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees what the source holds.</summary>
    protected virtual void Dispose(bool disposing)
    {
    }
}
