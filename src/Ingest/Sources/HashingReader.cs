using System.Security.Cryptography;

namespace Ingest.Sources;

/// <summary>Hashes what passes through it.</summary>
internal sealed class HashingReader(ByteReader inner) : ByteReader
{
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private byte[]? result;

    /// <summary>The SHA-256 of everything read, once the end was read; null before.</summary>
    public byte[]? Result => result;

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        var read = inner.Read(buffer);
        if (read > 0) hash.AppendData(buffer[..read]);
        else if (buffer.Length > 0) result ??= hash.GetHashAndReset();
        return read;
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        hash.Dispose();
        inner.Dispose();
    }
}
