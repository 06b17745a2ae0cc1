namespace Ingest.Parquet.Vectors;

/// <summary>
/// A pooled array that pages, dictionaries and slices share by counting references: the values of byte-array columns
/// are not copied out of their page, so that the page lives as long as the last slice that looks into it.
/// </summary>
internal sealed class PageBuffer
{
    /// <summary>
    /// Bytes behind <see cref="Length"/> that may be read, so that wide loads near the end need no care. What they
    /// hold means nothing.
    /// </summary>
    public const int Slack = 32;

    private int references = 1;

    /// <summary>Rents room for <paramref name="length"/> bytes; the caller holds the first reference.</summary>
    public PageBuffer(int length)
    {
        Array = BufferPool<byte>.Shared.Rent(length + Slack);
        Length = length;
    }

    public byte[] Array { get; private set; }

    public int Length { get; }

    public Span<byte> Span => Array.AsSpan(0, Length);

    public PageBuffer AddReference()
    {
        Interlocked.Increment(ref references);
        return this;
    }

    /// <summary>Gives up a reference; the last one returns the array. Slices may be disposed on other threads.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref references) != 0) return;
        var array = Array;
        Array = [];
        BufferPool<byte>.Shared.Return(array);
    }
}
