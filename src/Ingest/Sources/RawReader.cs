namespace Ingest.Sources;

/// <summary>The bytes of a source as stored: counts them, and names the file when the disk fails.</summary>
internal sealed class RawReader(Stream stream, string name) : ByteReader
{
    private long bytesRead;

    /// <summary>The bytes read so far; safe to poll from another thread.</summary>
    public long BytesRead => Volatile.Read(ref bytesRead);

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        try
        {
            var read = stream.Read(buffer);
            Volatile.Write(ref bytesRead, bytesRead + read);
            return read;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw SourceErrors.ReadFailed(name, bytesRead, e);
        }
    }

    /// <inheritdoc/>
    public override void Dispose() => stream.Dispose();
}
