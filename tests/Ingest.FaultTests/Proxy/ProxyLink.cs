using System.Net;
using System.Net.Sockets;

namespace Ingest.FaultTests.Proxy;

/// <summary>One connection through the proxy.</summary>
internal sealed class ProxyLink(FaultProxy proxy, Socket client, DnsEndPoint address)
{
    /// <summary>After which the server's system ends a connection without an answer, as the loader's sessions set it.</summary>
    private static readonly TimeSpan ServerPatience = TimeSpan.FromSeconds(25);

    private readonly Socket server = new(SocketType.Stream, ProtocolType.Tcp);
    private readonly TaskCompletionSource closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool isSilent;
    private volatile bool isLane;
    private volatile bool isMerging;

    /// <summary>Whether neither side hears the other any more.</summary>
    public bool IsSilent => isSilent;

    /// <summary>Lets neither side hear the other any more.</summary>
    public void Silence()
    {
        if (isSilent) return;
        isSilent = true;
        _ = GiveUpAsync();
    }

    /// <summary>Passes messages on until one side, or the proxy, ends the connection.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            client.NoDelay = server.NoDelay = true;
            if (proxy.IsPartitioned) Silence();
            else await server.ConnectAsync(address, cancellationToken);
            if (!isSilent) await ConverseAsync(cancellationToken);
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // A side is gone; so the other goes too, unless nobody is to hear of it.
        }
        if (isSilent) await closed.Task;
        Close(LinkEnding.Reset);
    }

    /// <summary>Ends the connection on both sides.</summary>
    public void Close(LinkEnding ending)
    {
        Close(client, ending);
        Close(server, ending);
        closed.TrySetResult();
    }

    private static void Close(Socket socket, LinkEnding ending)
    {
        try
        {
            if (ending == LinkEnding.Reset) socket.LingerState = new LingerOption(true, 0);
            socket.Close();
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It was closed already.
        }
    }

    /// <summary>The proxy acknowledges the server's keepalive probes, so it also does what their failure leads to.</summary>
    private async Task GiveUpAsync()
    {
        await Task.WhenAny(closed.Task, Task.Delay(ServerPatience));
        Close(server, LinkEnding.Reset);
    }

    private async Task ConverseAsync(CancellationToken cancellationToken)
    {
        await using var clientStream = new NetworkStream(client);
        await using var serverStream = new NetworkStream(server);
        var fromClient = new WireReader(clientStream);
        var fromServer = new WireReader(serverStream);
        while (await fromClient.ReadAsync(hasType: false, cancellationToken) is { } start)
        {
            await serverStream.WriteAsync(start.Bytes, cancellationToken);
            if (start.AsksForEncryption)
            {
                await clientStream.WriteAsync(await fromServer.ReadByteAsync(cancellationToken), cancellationToken);
                continue;
            }
            if (await JudgeAsync(new(ProxyPoint.Startup, false, true, start.Bytes.Length), default, clientStream, cancellationToken)) break;
            var pumps = new[]
            {
                PumpAsync(fromClient, serverStream, toServer: true, cancellationToken),
                PumpAsync(fromServer, clientStream, toServer: false, cancellationToken),
            };
            await await Task.WhenAny(pumps);
            if (isSilent) return;
            Close(LinkEnding.Finish);
            await Task.WhenAll(pumps);
            return;
        }
    }

    private async Task PumpAsync(WireReader from, NetworkStream to, bool toServer, CancellationToken cancellationToken)
    {
        while (await from.ReadAsync(hasType: true, cancellationToken) is { } message)
        {
            if (isSilent) continue;
            var passage = new Passage(toServer ? PointOfClient(message) : PointOfServer(message), isLane, toServer, message.Bytes.Length);
            if (await JudgeAsync(passage, message.Bytes, to, cancellationToken) && !isSilent) return;
        }
    }

    /// <summary>Does with a message what is to be done; true when the connection has ended with it.</summary>
    private async Task<bool> JudgeAsync(Passage passage, ReadOnlyMemory<byte> bytes, NetworkStream to, CancellationToken cancellationToken)
    {
        var verdict = proxy.Watch is { } watch ? await watch(passage) : Verdict.Pass;
        if (isSilent) return true;
        await SendAsync(bytes[..Math.Min(verdict.Passed, bytes.Length)], to, cancellationToken);
        if (verdict.Ending == LinkEnding.None) return false;
        if (verdict.Ending == LinkEnding.Silence) Silence();
        else Close(verdict.Ending);
        return true;
    }

    private async Task SendAsync(ReadOnlyMemory<byte> bytes, NetworkStream to, CancellationToken cancellationToken)
    {
        if (proxy.Delay > TimeSpan.Zero) await Task.Delay(proxy.Delay, cancellationToken);
        while (proxy.BytesPerSecond is > 0 and var rate && bytes.Length > 0)
        {
            // Ten pieces a second.
            var piece = Math.Min(Math.Max(rate / 10, 1), bytes.Length);
            await to.WriteAsync(bytes[..piece], cancellationToken);
            bytes = bytes[piece..];
            await Task.Delay(TimeSpan.FromSeconds((double)piece / rate), cancellationToken);
        }
        await to.WriteAsync(bytes, cancellationToken);
    }

    private ProxyPoint PointOfClient(WireMessage message)
    {
        switch (message.Type)
        {
            case 'd': return ProxyPoint.CopyData;
            case 'Q' when message.Text.StartsWith("COMMIT", StringComparison.OrdinalIgnoreCase): return ProxyPoint.Commit;
            case 'Q' or 'P':
                if (message.Contains("SET application_name"u8)) isLane = message.Contains(" lane "u8);
                if (message.Contains("WITH merged"u8) || message.Contains("WITH winners"u8)) isMerging = true;
                return ProxyPoint.Other;
            default: return ProxyPoint.Other;
        }
    }

    private ProxyPoint PointOfServer(WireMessage message)
    {
        if (message.Type != 'C') return ProxyPoint.Other;
        var tag = message.Text;
        if (tag.StartsWith("COPY", StringComparison.Ordinal)) return ProxyPoint.Copied;
        if (tag == "COMMIT") return ProxyPoint.Committed;
        if (!isMerging || !tag.StartsWith("SELECT", StringComparison.Ordinal)) return ProxyPoint.Other;
        isMerging = false;
        return ProxyPoint.Merged;
    }
}
