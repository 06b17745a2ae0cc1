using System.Diagnostics;

namespace Ingest.FaultTests;

/// <summary>
/// A network namespace that is joined to this one by a pair of virtual interfaces, which can be taken down: unlike behind
/// a proxy, the server then hears nothing more, no end of the connection and no acknowledgement. Needs root on Linux.
/// </summary>
internal sealed class NetworkCable : IDisposable
{
    private const string Prefix = "ingest-net-";

    private static int made;

    private readonly string name;
    private readonly string here;

    private NetworkCable(string name, string here, string network)
    {
        this.name = name;
        this.here = here;
        Network = network;
    }

    /// <summary>The network of the two ends, as pg_hba.conf writes it.</summary>
    public string Network { get; }

    /// <summary>The address of this end.</summary>
    public string Address => Network.Replace(".0/30", ".1", StringComparison.Ordinal);

    /// <summary>What starts a program at the other end.</summary>
    public string[] Command => ["ip", "netns", "exec", name];

    /// <summary>Why there can be none here, or null.</summary>
    public static string? Obstacle =>
        OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess && File.Exists("/usr/sbin/ip") ? null : "a network namespace needs root on Linux, and ip";

    /// <summary>Lays one; null where that is not allowed.</summary>
    public static NetworkCable? TryLay()
    {
        if (Obstacle is not null) return null;
        Sweep();
        var number = Interlocked.Increment(ref made);
        var name = $"{Prefix}{Environment.ProcessId}-{number}";
        // Names of interfaces have 15 bytes at most.
        var (here, there) = ($"ig{Environment.ProcessId}h{number}", $"ig{Environment.ProcessId}n{number}");
        var cable = new NetworkCable(name, here, $"10.231.{((Environment.ProcessId * 4) + number) % 250}.0/30");
        var laid = Ip("netns", "add", name)
            && Ip("link", "add", here, "type", "veth", "peer", "name", there, "netns", name)
            && Ip("addr", "add", cable.Address + "/30", "dev", here)
            && Ip("link", "set", here, "up")
            && Ip("-n", name, "addr", "add", cable.Address[..^1] + "2/30", "dev", there)
            && Ip("-n", name, "link", "set", there, "up");
        if (laid) return cable;
        cable.Dispose();
        return null;
    }

    /// <summary>Takes it down, or up again.</summary>
    public void Set(bool up) => Ip("link", "set", here, up ? "up" : "down");

    /// <summary>The interfaces go with the namespace.</summary>
    public void Dispose() => Ip("netns", "del", name);

    /// <summary>Removes what processes that were killed have left behind.</summary>
    private static void Sweep()
    {
        if (!Directory.Exists("/run/netns")) return;
        foreach (var left in Directory.GetFiles("/run/netns", Prefix + "*").Select(Path.GetFileName))
        {
            if (!Directory.Exists("/proc/" + left![Prefix.Length..].Split('-')[0])) Ip("netns", "del", left);
        }
    }

    private static bool Ip(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("/usr/sbin/ip", arguments) { RedirectStandardError = true })!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
