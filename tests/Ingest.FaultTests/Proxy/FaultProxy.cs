using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Ingest.FaultTests.Proxy;

/// <summary>
/// Stands between the loader and the server, message by message, so that a connection can be held, cut, silenced, delayed
/// or throttled exactly where a fault wants it.
/// </summary>
internal sealed class FaultProxy : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly ConcurrentDictionary<ProxyLink, Task> links = new();
    private readonly DnsEndPoint server;
    private readonly Task accepting;
    private volatile bool isPartitioned;

    /// <summary>A proxy in front of a server, on the loopback interface.</summary>
    public FaultProxy(string host, int port)
    {
        server = new(host, port);
        listener.Start();
        accepting = AcceptAsync();
    }

    /// <summary>The port that it listens on.</summary>
    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>Is asked about every message; may take its time, which holds that direction of the connection.</summary>
    public Func<Passage, ValueTask<Verdict>>? Watch { get; set; }

    /// <summary>What each message waits before it is passed on.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>What each connection may pass on in a second; 0 for no limit.</summary>
    public int BytesPerSecond { get; set; }

    /// <summary>Whether the network is gone: what is open falls silent for ever, and what is opened gets no answer.</summary>
    public bool IsPartitioned
    {
        get => isPartitioned;
        set
        {
            isPartitioned = value;
            if (!value) return;
            foreach (var link in links.Keys) link.Silence();
        }
    }

    /// <summary>Ends what was silenced, as a network does that finally gives up.</summary>
    public void CloseSilent()
    {
        foreach (var link in links.Keys.Where(link => link.IsSilent)) link.Close(LinkEnding.Reset);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await accepting;
        listener.Stop();
        foreach (var link in links.Keys) link.Close(LinkEnding.Reset);
        await Task.WhenAll(links.Values);
        stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                var client = await listener.AcceptSocketAsync(stop.Token);
                var link = new ProxyLink(this, client, server);
                links[link] = RunAsync(link);
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                // Stopped, or the client was gone before it was accepted.
            }
        }
    }

    private async Task RunAsync(ProxyLink link)
    {
        await Task.Yield();
        await link.RunAsync(stop.Token);
        links.TryRemove(link, out _);
    }
}
