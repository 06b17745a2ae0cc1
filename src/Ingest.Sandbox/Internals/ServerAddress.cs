using Npgsql;

namespace Ingest.Sandbox.Internals;

/// <summary>A server's address in the forms that libpq takes, and back into a URI.</summary>
internal static class ServerAddress
{
    /// <summary>Reads a <c>postgresql://</c> URI or Npgsql's keyword form.</summary>
    internal static NpgsqlConnectionStringBuilder Parse(string dsn)
    {
        try
        {
            return dsn.StartsWith("postgres://", StringComparison.Ordinal) || dsn.StartsWith("postgresql://", StringComparison.Ordinal)
                ? FromUri(new Uri(dsn))
                : new NpgsqlConnectionStringBuilder(dsn);
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            // The inner message may quote the text, and with it a password.
            throw SandboxErrors.BadDsn(e.GetType().Name);
        }
    }

    /// <summary>The URI form that libpq and the command's <c>--dsn</c> take.</summary>
    internal static string ToUri(NpgsqlConnectionStringBuilder server) =>
        $"postgresql://{Escape(server.Username)}:{Escape(server.Password)}@{server.Host}:{server.Port}/{Escape(server.Database)}{SslMode(server)}";

    private static NpgsqlConnectionStringBuilder FromUri(Uri uri)
    {
        var server = new NpgsqlConnectionStringBuilder
        {
            Host = uri.Host is { Length: > 0 } host ? host : "localhost",
            Port = uri.Port > 0 ? uri.Port : NpgsqlConnection.DefaultPort,
        };
        var user = uri.UserInfo.Split(':', 2);
        if (user[0].Length > 0) server.Username = Uri.UnescapeDataString(user[0]);
        if (user.Length > 1) server.Password = Uri.UnescapeDataString(user[1]);
        if (uri.AbsolutePath.Length > 1) server.Database = Uri.UnescapeDataString(uri.AbsolutePath[1..]);
        foreach (var pair in uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = pair.Split('=', 2);
            var value = Uri.UnescapeDataString(parts.Length > 1 ? parts[1] : "");
            // Npgsql spells libpq's verify-ca and verify-full without the dash.
            server[Keyword(parts[0])] = parts[0] == "sslmode" ? value.Replace("-", "", StringComparison.Ordinal) : value;
        }

        return server;
    }

    // The libpq names that Npgsql spells otherwise.
    private static string Keyword(string name) => name switch
    {
        "dbname" => "Database",
        "sslmode" => "SSL Mode",
        "application_name" => "Application Name",
        "connect_timeout" => "Timeout",
        "options" => "Options",
        _ => name,
    };

    private static string SslMode(NpgsqlConnectionStringBuilder server) => server.SslMode switch
    {
        Npgsql.SslMode.Prefer => "", // the default of both
        Npgsql.SslMode.VerifyCA => "?sslmode=verify-ca",
        Npgsql.SslMode.VerifyFull => "?sslmode=verify-full",
        var mode => "?sslmode=" + mode.ToString().ToLowerInvariant(),
    };

    private static string Escape(string? text) => Uri.EscapeDataString(text ?? "");
}
