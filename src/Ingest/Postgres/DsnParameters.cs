using System.Globalization;
using Npgsql;

namespace Ingest.Postgres;

/// <summary>
/// libpq's connection parameters and what each means to Npgsql (PostgreSQL documentation, 34.1.2 Parameter Key Words).
/// The first value given for a parameter stands, so that sources are added in order of precedence.
/// </summary>
internal sealed class DsnParameters
{
    private static readonly Dictionary<string, Action<NpgsqlConnectionStringBuilder, Setting>> Known = new(StringComparer.Ordinal)
    {
        // Where: applied together by DsnHosts.
        ["host"] = static (_, _) => { },
        ["hostaddr"] = static (_, _) => { },
        ["port"] = static (_, _) => { },
        ["dbname"] = static (b, s) => b.Database = s.Value,

        // Who.
        ["user"] = static (b, s) => b.Username = s.Value,
        ["password"] = static (b, s) => b.Password = s.Value,
        ["passfile"] = static (b, s) => b.Passfile = s.Value,
        ["service"] = static (_, _) => { },
        ["servicefile"] = static (_, _) => { },
        ["krbsrvname"] = static (b, s) => b.KerberosServiceName = s.Value,
        ["require_auth"] = static (b, s) => s.Try("authentication methods such as scram-sha-256", () => b.RequireAuth = s.Value),

        // Encryption.
        ["sslmode"] = static (b, s) => b.SslMode = s.OneOf(
            ("disable", SslMode.Disable), ("allow", SslMode.Allow), ("prefer", SslMode.Prefer),
            ("require", SslMode.Require), ("verify-ca", SslMode.VerifyCA), ("verify-full", SslMode.VerifyFull)),
        ["sslnegotiation"] = static (b, s) => b.SslNegotiation = s.OneOf(
            ("postgres", SslNegotiation.Postgres), ("direct", SslNegotiation.Direct)),
        ["sslrootcert"] = static (b, s) =>
        {
            // The system's roots are Npgsql's default; libpq turns full verification on with them.
            if (s.Value == "system") b.SslMode = SslMode.VerifyFull;
            else b.RootCertificate = s.Value;
        },
        ["sslcert"] = static (b, s) => b.SslCertificate = s.Value,
        ["sslkey"] = static (b, s) => b.SslKey = s.Value,
        ["sslpassword"] = static (b, s) => b.SslPassword = s.Value,
        ["gssencmode"] = static (b, s) => b.GssEncryptionMode = s.OneOf(
            ("disable", GssEncryptionMode.Disable), ("prefer", GssEncryptionMode.Prefer), ("require", GssEncryptionMode.Require)),
        ["channel_binding"] = static (b, s) => b.ChannelBinding = s.OneOf(
            ("disable", ChannelBinding.Disable), ("prefer", ChannelBinding.Prefer), ("require", ChannelBinding.Require)),

        // The session.
        ["application_name"] = static (b, s) => b.ApplicationName = s.Value,
        ["fallback_application_name"] = static (b, s) => b.ApplicationName ??= s.Value,
        ["options"] = static (b, s) => b.Options = s.Value,
        ["client_encoding"] = static (_, s) => s.OneOf(("utf8", 0), ("UTF8", 0), ("utf-8", 0), ("UTF-8", 0), ("auto", 0)),
        ["target_session_attrs"] = static (b, s) => b.TargetSessionAttributes = s.OneOf(
            ("any", "any"), ("read-write", "read-write"), ("read-only", "read-only"),
            ("primary", "primary"), ("standby", "standby"), ("prefer-standby", "prefer-standby")),
        ["load_balance_hosts"] = static (b, s) => b.LoadBalanceHosts = s.OneOf(("disable", false), ("random", true)),

        // Time. Zero and less mean "wait for ever" to libpq, zero to Npgsql.
        ["connect_timeout"] = static (b, s) => b.Timeout = Math.Max(0, s.Number(int.MinValue, 1024)),
        ["keepalives"] = static (b, s) => b.TcpKeepAlive = s.OneOf(("0", false), ("1", true)),
        ["keepalives_idle"] = static (b, s) => b.TcpKeepAliveTime = s.Number(0, 86_400),
        ["keepalives_interval"] = static (b, s) => b.TcpKeepAliveInterval = s.Number(0, 86_400),
    };

    private readonly Dictionary<string, Setting> settings = new(StringComparer.Ordinal);

    /// <summary>Every parameter that is understood.</summary>
    public static IEnumerable<string> Names => Known.Keys;

    /// <summary>Whether the name is one of libpq's that are understood here.</summary>
    public static bool IsKnown(string name) => Known.ContainsKey(name);

    /// <summary>Whether a lost separator made a password a part of another value, where messages would show it.</summary>
    public static bool HoldsASetting(string value) => value.Contains("password=", StringComparison.OrdinalIgnoreCase);

    /// <summary>The value of a parameter, or null.</summary>
    public string? this[string name] => settings.TryGetValue(name, out var setting) ? setting.Value : null;

    /// <summary>Adds a parameter unless it has a value; an empty value counts as not given, as in libpq.</summary>
    /// <param name="name">The keyword.</param>
    /// <param name="value">Its value.</param>
    /// <param name="origin">Where it was given, for messages: <c>--dsn</c>, <c>PGPORT</c>.</param>
    /// <exception cref="PlanException">The parameter is not known, or its value holds another one.</exception>
    public void Add(string name, string value, string origin)
    {
        if (!IsKnown(name)) throw DsnMessages.UnknownParameter(origin, name);
        if (name is not "password" && HoldsASetting(value)) throw DsnMessages.LostSeparator(origin, name);
        if (value.Length > 0) settings.TryAdd(name, new(name, value, origin));
    }

    /// <summary>Sets Npgsql's properties, except those that <paramref name="builder"/> has already.</summary>
    /// <exception cref="PlanException">A value is not allowed.</exception>
    public void ApplyTo(NpgsqlConnectionStringBuilder builder)
    {
        var given = builder.Keys.Cast<string>().ToHashSet(StringComparer.OrdinalIgnoreCase);
        var scratch = new NpgsqlConnectionStringBuilder();
        foreach (var (name, set) in Known)
        {
            if (settings.TryGetValue(name, out var setting)) set(scratch, setting);
        }
        if (!given.Contains("Host")) DsnHosts.Apply(this, scratch);
        foreach (string key in scratch.Keys)
        {
            if (!given.Contains(key)) builder[key] = scratch[key];
        }
    }

    /// <summary>Where a parameter was given.</summary>
    public string OriginOf(string name) => settings[name].Origin;

    private sealed record Setting(string Name, string Value, string Origin)
    {
        public T OneOf<T>(params (string Name, T Value)[] choices)
        {
            foreach (var (name, value) in choices)
            {
                if (name == Value) return value;
            }
            throw DsnMessages.BadValue(Origin, Name, "one of " + string.Join(", ", choices.Select(c => c.Name)));
        }

        public int Number(int least, int most) =>
            int.TryParse(Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
                ? number
                : throw DsnMessages.BadValue(Origin, Name, $"a whole number of seconds up to {most}");

        public void Try(string allowed, Action set)
        {
            try
            {
                set();
            }
            catch (ArgumentException)
            {
                throw DsnMessages.BadValue(Origin, Name, allowed);
            }
        }
    }
}
