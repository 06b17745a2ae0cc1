using System.Buffers.Binary;
using System.Text;

namespace Ingest.FaultTests.Proxy;

/// <summary>One message of the frontend/backend protocol ("Message Formats" in PostgreSQL's documentation).</summary>
/// <param name="Type">Its type byte, or NUL for the first messages of a connection, which have none.</param>
/// <param name="Bytes">All of it: type, length, body.</param>
internal readonly record struct WireMessage(char Type, ReadOnlyMemory<byte> Bytes)
{
    private const int CancelRequest = 80877102, SslRequest = 80877103, GssRequest = 80877104;

    /// <summary>Whether it asks for encryption: the answer is one byte that is no message.</summary>
    public bool AsksForEncryption => StartCode is SslRequest or GssRequest;

    /// <summary>Whether the connection only cancels another one's statement.</summary>
    public bool IsCancel => StartCode == CancelRequest;

    /// <summary>Whether its body contains an ASCII text.</summary>
    public bool Contains(ReadOnlySpan<byte> text) => Bytes.Span.IndexOf(text) >= 0;

    /// <summary>The tag of CommandComplete, such as <c>COPY 500</c>; or the text of a simple query.</summary>
    public string Text => Encoding.ASCII.GetString(Bytes.Span[5..].TrimEnd((byte)0));

    private int StartCode => Type == '\0' && Bytes.Length >= 8 ? BinaryPrimitives.ReadInt32BigEndian(Bytes.Span[4..]) : 0;
}

/// <summary>Cuts one direction of a connection into messages.</summary>
internal sealed class WireReader(Stream stream)
{
    private readonly BufferedStream input = new(stream, 64 << 10);
    private byte[] buffer = new byte[64 << 10];

    /// <summary>The next message, valid until the one after it is read; null at the end of the connection.</summary>
    /// <param name="hasType">Whether messages have a type byte by now.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async ValueTask<WireMessage?> ReadAsync(bool hasType, CancellationToken cancellationToken)
    {
        var header = hasType ? 5 : 4;
        if (await input.ReadAtLeastAsync(buffer.AsMemory(0, header), header, throwOnEndOfStream: false, cancellationToken) < header) return null;
        var length = BinaryPrimitives.ReadInt32BigEndian(buffer.AsSpan(header - 4)) + header - 4;
        if (length > buffer.Length) Array.Resize(ref buffer, length);
        await input.ReadExactlyAsync(buffer.AsMemory(header, length - header), cancellationToken);
        return new(hasType ? (char)buffer[0] : '\0', buffer.AsMemory(0, length));
    }

    /// <summary>The one byte that answers a request for encryption.</summary>
    public async ValueTask<byte[]> ReadByteAsync(CancellationToken cancellationToken)
    {
        var answer = new byte[1];
        await input.ReadExactlyAsync(answer, cancellationToken);
        return answer;
    }
}
