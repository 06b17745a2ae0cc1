namespace Ingest.Sources;

/// <summary>The bytes of a source as stored: counts them, and names the file when the disk fails.</summary>
/// <param name="stream">The bytes.</param>
/// <param name="name">The source, for messages.</param>
/// <param name="identity">The file's identity from before it was opened, or null for a pipe.</param>
internal sealed class RawReader(Stream stream, string name, SourceIdentity? identity) : ByteReader
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

            // Before what ends here is handed on: a file that is still written, or was cut, ends in half a record.
            if (identity is not null && (read == 0 || bytesRead > identity.Size)) identity.ThrowIfChanged(name);
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
