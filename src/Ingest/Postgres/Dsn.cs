using Npgsql;

namespace Ingest.Postgres;

/// <summary>
/// Finds out which server, database and role to use: <c>--dsn</c>, else <c>INGEST_DSN</c>; what they leave open comes
/// from the named service, libpq's environment variables, the password file and libpq's defaults, in this order.
/// </summary>
public static class Dsn
{
    /// <summary>The variable that stands in for <c>--dsn</c>.</summary>
    public const string Variable = "INGEST_DSN";

    private static readonly string[] SocketFolders = ["/var/run/postgresql", "/tmp"];

    /// <summary>Resolves the connection settings.</summary>
    /// <param name="dsnOption">
    /// A URI (<c>postgresql://user@host:5432/db?sslmode=require</c>), libpq's keyword form (<c>host=db user=me</c>) or
    /// Npgsql's (<c>Host=db;Username=me</c>); null when not given.
    /// </param>
    /// <param name="env">The environment.</param>
    /// <exception cref="PlanException">
    /// Something is malformed or not known. The message names the parameter and never quotes a value.
    /// </exception>
    public static NpgsqlConnectionStringBuilder Resolve(string? dsnOption, IReadOnlyDictionary<string, string> env)
    {
        ArgumentNullException.ThrowIfNull(env);
        var origin = "--dsn";
        var text = dsnOption?.Trim();
        if (text is null && env.TryGetValue(Variable, out var fromEnvironment) && fromEnvironment.Length > 0)
            (text, origin) = (fromEnvironment.Trim(), Variable);

        var parameters = new DsnParameters();
        var builder = new NpgsqlConnectionStringBuilder();
        if (text is not null)
        {
            if (DsnUri.IsUri(text)) DsnUri.Parse(text, origin, parameters);
            else if (!text.Contains('=')) throw DsnMessages.NotADsn(origin);
            else if (DsnKeywords.IsNpgsqlForm(text)) builder = DsnKeywords.ParseNpgsql(text, origin);
            else DsnKeywords.Parse(text, origin, parameters);
        }

        DsnServiceFile.AddTo(parameters, env);
        DsnEnvironment.AddTo(parameters, env);
        // libpq prefers GSSAPI where a ticket is at hand. Npgsql would load Kerberos for every start and ask every server; its
        // library ends a process with SIGABRT that exits while it is being loaded.
        parameters.Add("gssencmode", env.TryGetValue("KRB5CCNAME", out var tickets) && tickets.Length > 0 ? "prefer" : "disable", "the default");
        parameters.ApplyTo(builder);

        builder.Host ??= DefaultHost(builder.Port);
        builder.Username ??= Environment.UserName;
        builder.Database ??= builder.Username;
        builder.ApplicationName ??= "ingest";
        DsnPassfile.Apply(builder, env);
        DsnHosts.LeaveOutChoice(builder);
        return builder;
    }

    // libpq's default is the socket folder it was built with; the two in use are looked for instead.
    private static string DefaultHost(int port) =>
        OperatingSystem.IsWindows()
            ? "localhost"
            : Array.Find(SocketFolders, folder => File.Exists($"{folder}/.s.PGSQL.{port}")) ?? "localhost";
}
