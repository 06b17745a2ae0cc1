namespace Ingest.Sandbox.Internals;

/// <summary>Every message of a sandbox.</summary>
internal static class SandboxErrors
{
    internal static SandboxException NoPostgres() => new("no_postgres",
        "no PostgreSQL server binaries (initdb, pg_ctl, postgres) found: " + HowToInstall() +
        $", or name their folder in {SandboxOptions.BinVariable}, or a running server in {SandboxOptions.DsnVariable}");

    internal static SandboxException NotABinFolder(string folder) => new("no_postgres",
        $"{folder} does not hold initdb, pg_ctl and postgres: name the bin folder of a PostgreSQL server installation");

    internal static SandboxException NoUnprivilegedUser(string reason) => new("start_failed",
        $"PostgreSQL does not run as root, and the sandbox folder cannot be given to another user: {reason}");

    internal static SandboxException StepFailed(string step, int exitCode, string output) => new("start_failed",
        $"{step} failed with exit code {exitCode}: {OneLine(output)}");

    internal static SandboxException ToolMissing(string path, Exception inner) => new("start_failed",
        $"{path} cannot be run: {OneLine(inner.Message)}", inner);

    internal static SandboxException NotRunning() => new("not_running",
        "the sandbox's server is not running: call RestartAsync first");

    internal static SandboxException NotPrivate(string what) => new("not_supported",
        $"{what} needs a private cluster, but {SandboxOptions.DsnVariable} names another server: unset it to run this");

    internal static SandboxException BadSetting(string name) => new("bad_setting",
        $"'{OneLine(name)}' is not a setting's name: use letters, digits, underscores and dots");

    internal static SandboxException BadSettingValue(string name) => new("bad_setting",
        $"the value of the setting '{name}' holds a line break or a NUL");

    internal static SandboxException BadDatabaseName(int bytes) => new("bad_name",
        $"a database name has 1 to 63 bytes and no NUL; this one has {bytes} bytes");

    internal static SandboxException BadDsn(string reason, Exception? inner = null) => new("bad_dsn",
        $"the server's address ({SandboxOptions.DsnVariable}) is neither a postgresql:// URI nor Keyword=value;… pairs: {reason}", inner);

    private static string HowToInstall()
    {
        if (OperatingSystem.IsMacOS()) return "install them with 'brew install postgresql@17'";
        if (OperatingSystem.IsWindows()) return "install them with 'winget install PostgreSQL.PostgreSQL.17'";
        return "install them with 'apt-get install postgresql', 'dnf install postgresql-server' or 'apk add postgresql'";
    }

    private static string OneLine(string text) =>
        string.Join(" | ", text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
}
