namespace Ingest.Sources;

/// <summary>
/// A forward reader of bytes: one stage of a source (file, hash, decompressor, transcoder). Narrower than
/// <see cref="Stream"/>, so that a stage is one method.
/// </summary>
internal abstract class ByteReader : IDisposable
{
    /// <summary>Reads at least one byte, at most the size of <paramref name="buffer"/>; 0 only at the end.</summary>
    /// <exception cref="SourceException">The source cannot be read, or is corrupt.</exception>
    public abstract int Read(Span<byte> buffer);

    /// <summary>Reads until <paramref name="buffer"/> is full or the source ends.</summary>
    public int ReadFully(Span<byte> buffer)
    {
        var total = 0;
        while (total < buffer.Length)
        {
            var read = Read(buffer[total..]);
            if (read == 0) break;
            total += read;
        }
        return total;
    }

    /// <inheritdoc/>
    public abstract void Dispose();
}
