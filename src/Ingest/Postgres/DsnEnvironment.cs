namespace Ingest.Postgres;

/// <summary>libpq's environment variables (PostgreSQL documentation, 34.15) and the parameter that each stands for.</summary>
internal static class DsnEnvironment
{
    private static readonly (string Variable, string Parameter)[] Variables =
    [
        ("PGHOST", "host"),
        ("PGHOSTADDR", "hostaddr"),
        ("PGPORT", "port"),
        ("PGDATABASE", "dbname"),
        ("PGUSER", "user"),
        ("PGPASSWORD", "password"),
        ("PGPASSFILE", "passfile"),
        ("PGREQUIREAUTH", "require_auth"),
        ("PGCHANNELBINDING", "channel_binding"),
        ("PGKRBSRVNAME", "krbsrvname"),
        ("PGSSLMODE", "sslmode"),
        ("PGSSLNEGOTIATION", "sslnegotiation"),
        ("PGSSLROOTCERT", "sslrootcert"),
        ("PGSSLCERT", "sslcert"),
        ("PGSSLKEY", "sslkey"),
        ("PGGSSENCMODE", "gssencmode"),
        ("PGCONNECT_TIMEOUT", "connect_timeout"),
        ("PGOPTIONS", "options"),
        ("PGAPPNAME", "application_name"),
        ("PGTARGETSESSIONATTRS", "target_session_attrs"),
        ("PGLOADBALANCEHOSTS", "load_balance_hosts"),
    ];

    /// <summary>Adds every variable that is set to a parameter that has no value yet.</summary>
    public static void AddTo(DsnParameters parameters, IReadOnlyDictionary<string, string> env)
    {
        // An address from the environment would lead away from the host that the DSN names.
        var hasHost = parameters["host"] is not null || parameters["hostaddr"] is not null;
        foreach (var (variable, parameter) in Variables)
        {
            if (hasHost && parameter is "host" or "hostaddr") continue;
            if (env.TryGetValue(variable, out var value)) parameters.Add(parameter, value, variable);
        }
    }
}
