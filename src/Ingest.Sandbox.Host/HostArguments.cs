namespace Ingest.Sandbox.Host;

/// <summary>The command line of the sandbox's host.</summary>
internal abstract record HostArguments
{
    internal const string Usage = """
        usage: ingest-sandbox [--preset test|server] [--database NAME]... [--port N] [-c SETTING=VALUE]...
                 starts a PostgreSQL, prints its DSN, removes it when standard input ends
               ingest-sandbox sql DSN SQL
                 runs SQL (or the file after an @) and prints what it returns
        """;

    /// <exception cref="FormatException">An argument is unknown or lacks its value.</exception>
    internal static HostArguments Parse(IReadOnlyList<string> args) =>
        args is ["sql", ..] ? ParseSql(args) : ParseHold(args);

    private static SqlArguments ParseSql(IReadOnlyList<string> args)
    {
        if (args is not [_, var dsn, var sql]) throw new FormatException("sql takes a DSN and SQL");
        return new SqlArguments(dsn, sql.StartsWith('@') ? File.ReadAllText(sql[1..]) : sql);
    }

    private static HoldArguments ParseHold(IReadOnlyList<string> args)
    {
        var preset = SandboxPreset.Test;
        int? port = null;
        var databases = new List<string>();
        var settings = new Dictionary<string, string>();
        for (var i = 0; i < args.Count; i += 2)
        {
            if (i + 1 == args.Count) throw new FormatException($"'{args[i]}' needs a value, or is unknown");
            var value = args[i + 1];
            switch (args[i])
            {
                case "--preset":
                    preset = ParsePreset(value);
                    break;
                case "--database":
                    databases.Add(value);
                    break;
                case "--port":
                    port = ParsePort(value);
                    break;
                case "-c":
                    var parts = value.Split('=', 2);
                    if (parts.Length < 2) throw new FormatException($"-c takes SETTING=VALUE, not '{value}'");
                    settings[parts[0]] = parts[1];
                    break;
                default:
                    throw new FormatException($"unknown option '{args[i]}'");
            }
        }

        return new HoldArguments(new SandboxOptions { Preset = preset, Port = port, Databases = databases, Settings = settings });
    }

    private static SandboxPreset ParsePreset(string value) => value switch
    {
        "test" => SandboxPreset.Test,
        "server" => SandboxPreset.Server,
        _ => throw new FormatException($"the preset is test or server, not '{value}'"),
    };

    private static int ParsePort(string value) =>
        int.TryParse(value, out var port) && port is > 0 and < 65536 ? port : throw new FormatException($"'{value}' is not a port");
}

/// <summary>Hold a sandbox open.</summary>
internal sealed record HoldArguments(SandboxOptions Options) : HostArguments;

/// <summary>Run SQL.</summary>
internal sealed record SqlArguments(string Dsn, string Script) : HostArguments;
