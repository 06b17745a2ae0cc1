using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Ingest.Testing;

/// <summary>
/// A connection pooler in front of a server, as PgBouncer is one: clients get process ids that it made up and, if it shares
/// sessions, for each transaction the session that was free last ("Message Flow" and "Message Formats" in PostgreSQL's
/// documentation). Each client brings a session with it, whose start it sees as it is, so that passwords are the server's business.
/// </summary>
public sealed class Pooler : IAsyncDisposable
{
    /// <summary>What comes before the start-up message: a request for TLS or for GSSAPI.</summary>
    private const int EncryptionRequest = 1234 << 16;

    private const int MadeUpProcess = 1_000_000_000;

    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly ConcurrentStack<NetworkStream> free = [];
    private readonly ConcurrentBag<TcpClient> clients = [];
    private readonly string host;
    private readonly int port;
    private readonly bool sharesSessions;
    private readonly Task work;
    private volatile bool keepsSessions;

    /// <summary>Listens on a port of this host.</summary>
    /// <param name="host">The server's address.</param>
    /// <param name="port">The server's port.</param>
    /// <param name="sharesSessions">Whether each transaction gets any session, not each client its own.</param>
    public Pooler(string host, int port, bool sharesSessions)
    {
        this.host = host;
        this.port = port;
        this.sharesSessions = sharesSessions;
        listener.Start();
        work = AcceptAsync();
    }

    /// <summary>The version of the server that clients are told of, or null for its own.</summary>
    public string? Version { get; init; }

    /// <summary>The port.</summary>
    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>Loses the clients that there are; their sessions stay, with what they hold.</summary>
    public void LoseClients()
    {
        keepsSessions = true;
        foreach (var client in clients) client.Close();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await work;
        listener.Stop();
        while (free.TryPop(out var server)) await server.DisposeAsync();
        stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var served = new List<Task>();
        try
        {
            while (true) served.Add(ServeAsync(await listener.AcceptTcpClientAsync(stop.Token)));
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(served);
        }
    }

    private async Task ServeAsync(TcpClient accepted)
    {
        NetworkStream? server = null;
        try
        {
            using var client = accepted;
            clients.Add(client);
            await using var stream = client.GetStream();
            server = await StartAsync(stream);
            if (sharesSessions) await ShareAsync(stream);
            else await Task.WhenAny(stream.CopyToAsync(server, stop.Token), server.CopyToAsync(stream, stop.Token));
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // Either side has gone, or the test is over.
        }
        finally
        {
            if (server is not null && !sharesSessions && keepsSessions) free.Push(server);
            else if (server is not null && !sharesSessions) await server.DisposeAsync();
        }
    }

    /// <summary>Opens a session and hands its start through, up to the first time that it is ready.</summary>
    private async Task<NetworkStream> StartAsync(NetworkStream client)
    {
        var socket = new TcpClient();
        await socket.ConnectAsync(host, port, stop.Token);
        var server = socket.GetStream();
        var first = await ReadAsync(client, hasType: false);
        while (BinaryPrimitives.ReadInt32BigEndian(first.AsSpan(4)) >> 16 == EncryptionRequest >> 16)
        {
            await client.WriteAsync("N"u8.ToArray(), stop.Token);
            first = await ReadAsync(client, hasType: false);
        }
        await server.WriteAsync(first, stop.Token);
        while (true)
        {
            var message = await ReadAsync(server, hasType: true);
            // BackendKeyData has the process id first; authentication requests but the last two kinds want an answer.
            if (message[0] == 'K') BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(5), MadeUpProcess);
            await client.WriteAsync(WithVersion(message), stop.Token);
            if (message[0] == 'R' && BinaryPrimitives.ReadInt32BigEndian(message.AsSpan(5)) is not (0 or 12))
                await server.WriteAsync(await ReadAsync(client, hasType: true), stop.Token);
            if (message[0] != 'Z') continue;
            if (sharesSessions) free.Push(server);
            return server;
        }
    }

    /// <summary>ParameterStatus has a name and a value, each with a zero behind it.</summary>
    private byte[] WithVersion(byte[] message)
    {
        var name = "server_version\0"u8;
        if (Version is null || message[0] != 'S' || !message.AsSpan(5).StartsWith(name)) return message;
        byte[] told = [(byte)'S', 0, 0, 0, 0, .. name, .. Encoding.ASCII.GetBytes(Version), 0];
        BinaryPrimitives.WriteInt32BigEndian(told.AsSpan(1), told.Length - 1);
        return told;
    }

    /// <summary>Serves one client, one transaction after the other; knows no COPY.</summary>
    private async Task ShareAsync(NetworkStream client)
    {
        NetworkStream? server = null;
        while (true)
        {
            var message = await ReadAsync(client, hasType: true);
            if (message[0] == 'X') return;
            while (server is null && !free.TryPop(out server)) await Task.Delay(1, stop.Token);
            await server!.WriteAsync(message, stop.Token);
            if (message[0] is not ((byte)'Q' or (byte)'S')) continue;
            byte[] answer;
            do
            {
                answer = await ReadAsync(server, hasType: true);
                await client.WriteAsync(answer, stop.Token);
            }
            while (answer[0] != 'Z');
            if (answer[5] != 'I') continue;
            free.Push(server);
            server = null;
        }
    }

    /// <summary>A whole message: its type but for the first, its length, which counts itself, and its content.</summary>
    private async Task<byte[]> ReadAsync(NetworkStream from, bool hasType)
    {
        var start = hasType ? 1 : 0;
        var head = new byte[start + 4];
        await from.ReadExactlyAsync(head, stop.Token);
        var message = new byte[start + BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(start))];
        head.CopyTo(message, 0);
        await from.ReadExactlyAsync(message.AsMemory(head.Length), stop.Token);
        return message;
    }
}
