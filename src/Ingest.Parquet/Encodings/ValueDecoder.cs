namespace Ingest.Parquet.Encodings;

/// <summary>
/// Decodes the values of one page, without nulls, a slice at a time. One virtual call per page and slice, none per
/// value.
/// </summary>
/// <typeparam name="T">The slot type of the vector.</typeparam>
internal abstract class ValueDecoder<T>
    where T : unmanaged
{
    /// <summary>
    /// Fills <paramref name="destination"/> with the next values.
    /// </summary>
    /// <param name="destination">As many slots as there are values to read.</param>
    /// <param name="buffers">Where byte-array values register the buffers that they lie in.</param>
    /// <exception cref="ParquetException">There are fewer values, or they are corrupt.</exception>
    public abstract void Read(Span<T> destination, Vectors.BufferList buffers);

    /// <summary>Gives up what the decoder holds besides its page.</summary>
    public virtual void Release()
    {
    }
}
