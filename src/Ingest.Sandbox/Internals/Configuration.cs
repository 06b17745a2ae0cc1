using System.Text;
using System.Text.RegularExpressions;

namespace Ingest.Sandbox.Internals;

/// <summary>The lines of <c>postgresql.conf</c>.</summary>
internal static partial class Configuration
{
    private static readonly Dictionary<string, string> Common = new()
    {
        ["listen_addresses"] = "127.0.0.1",
        ["timezone"] = "UTC",
        ["log_timezone"] = "UTC",
        ["lc_messages"] = "C",
        ["max_connections"] = "100",
        // No standby will connect. The level of the log stays the default, so that loads cost what they cost elsewhere.
        ["max_wal_senders"] = "0",
    };

    // synchronous_commit stays on: without it a killed server loses commits that are still in its own buffers.
    private static readonly Dictionary<string, string> Test = new()
    {
        ["fsync"] = "off",
        ["full_page_writes"] = "off",
        ["max_wal_size"] = "2GB",
        ["checkpoint_timeout"] = "30min",
    };

    private static readonly Dictionary<string, string> Server = new()
    {
        ["shared_buffers"] = "1GB",
        ["effective_cache_size"] = "3GB",
        ["maintenance_work_mem"] = "256MB",
        ["work_mem"] = "16MB",
        ["wal_buffers"] = "16MB",
        ["wal_compression"] = "off",
        ["min_wal_size"] = "1GB",
        ["max_wal_size"] = "8GB",
        ["checkpoint_timeout"] = "15min",
        ["checkpoint_completion_target"] = "0.9",
        ["random_page_cost"] = "1.1",
    };

    /// <summary>The preset's settings with the caller's on top.</summary>
    /// <param name="preset">The base configuration.</param>
    /// <param name="settings">The caller's settings.</param>
    /// <param name="socketFolder">Where the Unix-domain socket goes.</param>
    internal static IReadOnlyDictionary<string, string> Build(SandboxPreset preset,
        IReadOnlyDictionary<string, string> settings, string socketFolder)
    {
        var all = new Dictionary<string, string>(Common);
        if (!OperatingSystem.IsWindows()) all["unix_socket_directories"] = socketFolder;
        foreach (var (name, value) in preset == SandboxPreset.Server ? Server : Test) all[name] = value;
        foreach (var (name, value) in settings) all[Checked(name, value)] = value;
        return all;
    }

    /// <summary>The settings in the syntax of guc-file.l: quotes and backslashes in a value are doubled.</summary>
    internal static string Render(IEnumerable<KeyValuePair<string, string>> settings)
    {
        var text = new StringBuilder("\n# The sandbox's settings.\n");
        foreach (var (name, value) in settings)
        {
            var quoted = value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "''", StringComparison.Ordinal);
            text.Append(name).Append(" = '").Append(quoted).Append("'\n");
        }

        return text.ToString();
    }

    private static string Checked(string name, string value)
    {
        if (!Name().IsMatch(name)) throw SandboxErrors.BadSetting(name);
        if (value.AsSpan().ContainsAny('\n', '\r', '\0')) throw SandboxErrors.BadSettingValue(name);
        return name;
    }

    [GeneratedRegex(@"^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}
