namespace Ingest.Parquet.Vectors;

/// <summary>The buffers that the byte-array values of one vector lie in; it holds a reference to each.</summary>
internal sealed class BufferList
{
    private PageBuffer[] buffers = [];
    private byte[][] arrays = [];

    public int Count { get; private set; }

    /// <summary>The arrays by index.</summary>
    public byte[][] Arrays => arrays;

    /// <summary>Adds a buffer, or finds it where it was the last one added.</summary>
    /// <returns>Its index.</returns>
    public int Add(PageBuffer buffer)
    {
        for (var i = Count - 1; i >= Math.Max(0, Count - 2); i--)
        {
            if (ReferenceEquals(buffers[i], buffer)) return i;
        }
        if (Count == buffers.Length)
        {
            Array.Resize(ref buffers, Math.Max(4, Count * 2));
            Array.Resize(ref arrays, buffers.Length);
        }
        buffers[Count] = buffer.AddReference();
        arrays[Count] = buffer.Array;
        return Count++;
    }

    public void Release()
    {
        for (var i = 0; i < Count; i++) buffers[i].Release();
        Count = 0;
        buffers = [];
        arrays = [];
    }
}
