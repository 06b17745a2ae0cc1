namespace Ingest.Postgres;

/// <summary>
/// The connection service file (PostgreSQL documentation, 34.17): named sections of parameters, looked up in
/// PGSERVICEFILE or ~/.pg_service.conf, then in PGSYSCONFDIR/pg_service.conf.
/// </summary>
internal static class DsnServiceFile
{
    /// <summary>Adds the parameters of the service that the DSN or PGSERVICE names, if one is named.</summary>
    /// <exception cref="PlanException">The service is in none of the files, or a file is malformed.</exception>
    public static void AddTo(DsnParameters parameters, IReadOnlyDictionary<string, string> env)
    {
        var service = parameters["service"] ?? env.GetValueOrDefault("PGSERVICE");
        if (string.IsNullOrEmpty(service)) return;
        var files = Candidates(parameters, env).ToList();
        foreach (var file in files.Where(File.Exists))
        {
            if (AddSection(file, service, parameters)) return;
        }
        throw DsnMessages.ServiceNotFound(service, files);
    }

    private static IEnumerable<string> Candidates(DsnParameters parameters, IReadOnlyDictionary<string, string> env)
    {
        var named = parameters["servicefile"] ?? env.GetValueOrDefault("PGSERVICEFILE");
        if (!string.IsNullOrEmpty(named))
            yield return named;
        else if (UserFiles.InHome(env, ".pg_service.conf", ".pg_service.conf") is { } file)
            yield return file;
        yield return Path.Combine(env.GetValueOrDefault("PGSYSCONFDIR", "/etc/postgresql-common"), "pg_service.conf");
    }

    private static bool AddSection(string file, string service, DsnParameters parameters)
    {
        var inside = false;
        var found = false;
        var number = 0;
        foreach (var raw in UserFiles.ReadLines("service file", file))
        {
            number++;
            var line = raw.Trim();
            if (line.Length == 0 || line[0] == '#') continue;
            if (line[0] == '[' && line[^1] == ']')
            {
                // As in libpq, only the first section of a name counts.
                inside = !found && line[1..^1] == service;
                found |= inside;
                continue;
            }
            var equals = line.IndexOf('=');
            if (equals <= 0) throw DsnMessages.ServiceSyntax(file, number);
            if (inside) parameters.Add(line[..equals].Trim(), line[(equals + 1)..].Trim(), $"service file {Identifier.Show(file)}, line {number}");
        }
        return found;
    }
}
