using Ingest.Parquet.Vectors;

namespace Ingest.Parquet.Encodings;

/// <summary>The decoded dictionary of a column chunk.</summary>
/// <param name="Values">The values, in a pooled array; only the first <paramref name="Count"/> count.</param>
/// <param name="Count">The number of values.</param>
/// <param name="Buffer">Where byte-array values lie, else null.</param>
internal sealed record DictionaryPage<T>(T[] Values, int Count, PageBuffer? Buffer)
    where T : unmanaged
{
    /// <summary>Gives the memory back, once no page of the chunk is left to decode.</summary>
    public void Release()
    {
        BufferPool<T>.Shared.Return(Values);
        Buffer?.Release();
    }
}
