using System.Text;

namespace Ingest.Postgres;

/// <summary>
/// Reads <c>postgresql://[user[:password]@][host[:port][,…]][/dbname][?name=value[&amp;…]]</c> (PostgreSQL documentation,
/// 34.1.1.2 Connection URIs). More lenient than libpq in one point: the last '@' of the authority ends the user part,
/// so that a raw '@' in a password neither fails nor shows up in a host name.
/// </summary>
internal static class DsnUri
{
    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    /// <summary>Whether the text is meant as a URI.</summary>
    public static bool IsUri(string text) =>
        text.StartsWith("postgresql://", StringComparison.OrdinalIgnoreCase) || text.StartsWith("postgres://", StringComparison.OrdinalIgnoreCase);

    /// <summary>Adds the URI's parts to <paramref name="parameters"/>.</summary>
    /// <exception cref="PlanException">The URI is malformed; the message quotes none of it.</exception>
    public static void Parse(string uri, string origin, DsnParameters parameters)
    {
        var rest = uri.AsSpan(uri.IndexOf("://", StringComparison.Ordinal) + 3);
        var query = Cut(ref rest, '?');
        var path = Cut(ref rest, '/');
        var authority = rest;

        var at = authority.LastIndexOf('@');
        if (at >= 0)
        {
            var user = authority[..at];
            var password = Cut(ref user, ':');
            parameters.Add("user", Decode(user, origin, "user name"), origin);
            parameters.Add("password", Decode(password, origin, "password"), origin);
            authority = authority[(at + 1)..];
        }

        AddHosts(authority, origin, parameters);
        if (path.IndexOfAny('/', '@') >= 0) throw DsnMessages.BadDatabase(origin);
        parameters.Add("dbname", Decode(path, origin, "database name"), origin);
        AddQuery(query, origin, parameters);
    }

    private static void AddHosts(ReadOnlySpan<char> authority, string origin, DsnParameters parameters)
    {
        var hosts = new List<string>();
        var ports = new List<string>();
        foreach (var range in authority.Split(','))
        {
            var part = authority[range];
            var end = part.StartsWith("[") ? part.IndexOf(']') + 1 : part.IndexOf(':') is >= 0 and var colon ? colon : part.Length;
            if (part.StartsWith("[") && end == 0) throw DsnMessages.BadHost(origin);
            var port = part[end..];
            if (port.Length > 0 && port[0] != ':') throw DsnMessages.BadHost(origin);
            if (port.Length > 0 && port[1..].ContainsAnyExceptInRange('0', '9')) throw DsnMessages.BadPort(origin);
            hosts.Add(Decode(part[..end], origin, "host"));
            ports.Add(port.Length > 0 ? port[1..].ToString() : "");
        }
        if (hosts.Exists(host => host.Length > 0)) parameters.Add("host", string.Join(',', hosts), origin);
        if (ports.Exists(port => port.Length > 0)) parameters.Add("port", string.Join(',', ports), origin);
    }

    private static void AddQuery(ReadOnlySpan<char> query, string origin, DsnParameters parameters)
    {
        if (query.Length == 0) return;
        foreach (var range in query.Split('&'))
        {
            var name = query[range];
            if (name.IndexOf('=') <= 0) throw DsnMessages.BadQuery(origin);
            var value = Decode(Cut(ref name, '='), origin, "query");
            var key = Decode(name, origin, "query");
            // JDBC's spelling, which libpq takes as well.
            if (key == "ssl" && value == "true") (key, value) = ("sslmode", "require");
            parameters.Add(key, value, origin);
        }
    }

    /// <summary>Cuts <paramref name="text"/> at the first separator and returns what follows it.</summary>
    private static ReadOnlySpan<char> Cut(ref ReadOnlySpan<char> text, char separator)
    {
        var at = text.IndexOf(separator);
        if (at < 0) return default;
        var tail = text[(at + 1)..];
        text = text[..at];
        return tail;
    }

    private static string Decode(ReadOnlySpan<char> text, string origin, string part)
    {
        if (!text.Contains('%')) return text.ToString();
        var bytes = new List<byte>(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '%')
            {
                var length = char.IsHighSurrogate(text[i]) && i + 1 < text.Length ? 2 : 1;
                bytes.AddRange(Encoding.UTF8.GetBytes(text.Slice(i, length).ToString()));
                i += length - 1;
                continue;
            }
            if (i + 2 >= text.Length || !char.IsAsciiHexDigit(text[i + 1]) || !char.IsAsciiHexDigit(text[i + 2]))
                throw DsnMessages.BadEscape(origin, part);
            var value = System.Convert.FromHexString(text.Slice(i + 1, 2))[0];
            if (value == 0) throw DsnMessages.BadEscape(origin, part);
            bytes.Add(value);
            i += 2;
        }
        try
        {
            return StrictUtf8.GetString([.. bytes]);
        }
        catch (DecoderFallbackException)
        {
            throw DsnMessages.BadEscape(origin, part);
        }
    }
}
