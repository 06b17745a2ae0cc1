using System.Net;
using System.Net.Sockets;

namespace Ingest.Sandbox.Internals;

/// <summary>A port of the loopback interface that nobody listens on.</summary>
internal static class LoopbackPort
{
    /// <summary>Lets the system choose; another program may take it before it is used, so the caller tries again.</summary>
    internal static int FindFree()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
