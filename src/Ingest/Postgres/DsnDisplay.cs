using System.Globalization;
using Npgsql;

namespace Ingest.Postgres;

/// <summary>Connection settings as messages show them.</summary>
public static class DsnDisplay
{
    /// <summary><c>user@host:port/database</c>, with several hosts as they are; no secret in it.</summary>
    public static string Show(NpgsqlConnectionStringBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var host = builder.Host ?? "localhost";
        var port = ":" + builder.Port.ToString(CultureInfo.InvariantCulture);
        if (host.Contains(',')) port = "";
        else if (host.Contains(':') && !host.StartsWith('[')) host = $"[{host}]";
        return $"{builder.Username}@{host}{port}/{builder.Database}";
    }
}
