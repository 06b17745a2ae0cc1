namespace Ingest.Sandbox.Host;

/// <summary>The command line of the sandbox's host.</summary>
/// <param name="Options">What to start.</param>
internal sealed record HostArguments(SandboxOptions Options)
{
    internal const string Usage = "usage: ingest-sandbox [--preset test|server] [--database NAME]... [--port N] [-c SETTING=VALUE]...";

    /// <exception cref="FormatException">An argument is unknown or lacks its value.</exception>
    internal static HostArguments Parse(string[] args)
    {
        var preset = SandboxPreset.Test;
        int? port = null;
        var databases = new List<string>();
        var settings = new Dictionary<string, string>();
        for (var i = 0; i < args.Length; i += 2)
        {
            if (i + 1 == args.Length) throw new FormatException($"{args[i]} needs a value, or is unknown");
            var value = args[i + 1];
            switch (args[i])
            {
                case "--preset":
                    if (!Enum.TryParse(value, ignoreCase: true, out preset) || !Enum.IsDefined(preset))
                        throw new FormatException($"the preset is test or server, not '{value}'");
                    break;
                case "--database":
                    databases.Add(value);
                    break;
                case "--port":
                    port = int.TryParse(value, out var number) && number is > 0 and < 65536
                        ? number
                        : throw new FormatException($"'{value}' is not a port");
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

        return new HostArguments(new SandboxOptions { Preset = preset, Port = port, Databases = databases, Settings = settings });
    }
}
