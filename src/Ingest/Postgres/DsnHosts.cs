using System.Globalization;
using Npgsql;

namespace Ingest.Postgres;

/// <summary>Pairs hosts, addresses and ports the way libpq does: comma-separated lists of equal length, one port for all allowed.</summary>
internal static class DsnHosts
{
    /// <summary>Sets <c>Host</c> and <c>Port</c>.</summary>
    /// <exception cref="PlanException">The lists do not fit together, or a port is not one.</exception>
    public static void Apply(DsnParameters parameters, NpgsqlConnectionStringBuilder builder)
    {
        var hosts = Split(parameters["host"]);
        var addresses = Split(parameters["hostaddr"]);
        var ports = Split(parameters["port"]);
        if (addresses.Length > 0)
        {
            var origin = parameters.OriginOf("hostaddr");
            if (hosts.Length > 0 && hosts.Length != addresses.Length) throw DsnMessages.AddressCount(origin);
            // Npgsql checks the certificate against the host that it connects to, which would be the address.
            if (hosts.Length > 0 && parameters["sslmode"] == "verify-full") throw DsnMessages.AddressNeedsNoName(origin);
            hosts = [.. addresses.Select((address, i) => address.Length > 0 ? address : hosts.ElementAtOrDefault(i) ?? "")];
        }

        if (Array.Exists(hosts, IsNoHost)) throw DsnMessages.NoHostName(parameters.OriginOf(addresses.Length > 0 ? "hostaddr" : "host"));

        var numbers = Array.ConvertAll(ports, port => Port(port, parameters.OriginOf("port")));
        if (numbers.Length > 1 && numbers.Length != hosts.Length)
            throw DsnMessages.PortCount(parameters.OriginOf("port"), hosts.Length, numbers.Length);

        if (numbers.Length == 1) builder.Port = numbers[0];
        if (hosts.Length == 1)
        {
            if (hosts[0].Length > 0) builder.Host = Unbracketed(hosts[0]);
        }
        else if (hosts.Length > 1)
        {
            builder.Host = string.Join(',', hosts.Select((host, i) =>
                Bracketed(host.Length > 0 ? host : "localhost") + (numbers.Length > 1 ? ":" + numbers[i].ToString(CultureInfo.InvariantCulture) : "")));
        }
    }

    /// <summary>
    /// Leaves out how to choose among hosts where there is one: libpq takes it then, Npgsql does not. A load refuses a server
    /// that is read-only by itself.
    /// </summary>
    public static void LeaveOutChoice(NpgsqlConnectionStringBuilder builder)
    {
        if (builder.Host!.Contains(',')) return;
        builder.Remove("Target Session Attributes");
        builder.Remove("Load Balance Hosts");
    }

    /// <summary>Reads a port; the empty text is the default port.</summary>
    /// <exception cref="PlanException">Not a number from 1 to 65535.</exception>
    private static int Port(string text, string origin)
    {
        if (text.Length == 0) return NpgsqlConnection.DefaultPort;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and <= ushort.MaxValue
            ? port
            : throw DsnMessages.BadPort(origin);
    }

    // What looks like a list of settings came from a malformed DSN, and would show a password as a host name.
    private static bool IsNoHost(string host) =>
        !host.StartsWith('/') && (host.AsSpan().IndexOfAny(";=@'\"") >= 0 || host.Any(char.IsWhiteSpace));

    private static string[] Split(string? list) => list is null ? [] : list.Split(',', StringSplitOptions.TrimEntries);

    private static string Unbracketed(string host) => host.StartsWith('[') && host.EndsWith(']') ? host[1..^1] : host;

    // Npgsql splits "host:port" at the last colon, unless the address is in brackets.
    private static string Bracketed(string host) => host.Contains(':') && !host.StartsWith('[') && !host.StartsWith('/') ? $"[{host}]" : host;
}
