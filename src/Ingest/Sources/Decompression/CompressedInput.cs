namespace Ingest.Sources;

/// <summary>The compressed bytes before a decompressor: a buffer, and where in the file it stands.</summary>
/// <param name="inner">Where they come from.</param>
/// <param name="name">The file, for messages.</param>
internal sealed class CompressedInput(ByteReader inner, string name) : IDisposable
{
    // Room before the data for the last bytes of the fill before: what Unread may go back to.
    private const int Headroom = 8;

    private readonly byte[] buffer = new byte[Headroom + (64 << 10)];
    private int start = Headroom;
    private int end = Headroom;
    private long endOffset;

    /// <summary>The file, for messages.</summary>
    public string Name => name;

    /// <summary>The buffer behind <see cref="Available"/>, for decoders that take arrays.</summary>
    public byte[] Array => buffer;

    /// <summary>The index in <see cref="Array"/> of the next byte.</summary>
    public int Start => start;

    /// <summary>The bytes that were read and not yet taken.</summary>
    public ReadOnlySpan<byte> Available => buffer.AsSpan(start, end - start);

    /// <summary>The offset in the file of the next byte.</summary>
    public long Offset => endOffset - (end - start);

    /// <summary>Takes bytes.</summary>
    public void Advance(int count) => start += count;

    /// <summary>Gives back bytes that were taken from the last fill, or up to 8 from the one before.</summary>
    public void Unread(int count) => start -= count;

    /// <summary>Reads more when all bytes are taken; false at the end of the file.</summary>
    public bool Fill()
    {
        if (start < end) return true;
        buffer.AsSpan(end - Headroom, Headroom).CopyTo(buffer);
        var read = inner.Read(buffer.AsSpan(Headroom));
        start = Headroom;
        end = Headroom + read;
        endOffset += read;
        return read > 0;
    }

    /// <summary>Takes one byte, or returns −1 at the end of the file.</summary>
    public int ReadByte() => Fill() ? buffer[start++] : -1;

    /// <inheritdoc/>
    public void Dispose() => inner.Dispose();
}
