using System.Globalization;
using Ingest.Sandbox.Internals;

namespace Ingest.Sandbox;

/// <summary>Finds PostgreSQL's programs on this machine.</summary>
public static class PostgresBinaries
{
    private static readonly string[] ServerPrograms = ["initdb", "pg_ctl", "postgres"];

    /// <summary>
    /// The folder that holds <c>initdb</c>, <c>pg_ctl</c> and <c>postgres</c>. The order: INGEST_PG_BIN, PATH,
    /// <c>pg_config --bindir</c>, then the usual places of Linux packages, Homebrew and the Windows installer, the
    /// newest major version first.
    /// </summary>
    /// <param name="folder">A folder to use instead of searching, or null.</param>
    /// <exception cref="SandboxException">There is none (<c>no_postgres</c>); the message says what to install.</exception>
    public static string FindServer(string? folder = null)
    {
        folder ??= Environment.GetEnvironmentVariable(SandboxOptions.BinVariable) is { Length: > 0 } named ? named : null;
        if (folder is not null)
            return IsServer(folder) ? Path.GetFullPath(folder) : throw SandboxErrors.NotABinFolder(folder);
        return ServerFolders().FirstOrDefault(IsServer) ?? throw SandboxErrors.NoPostgres();
    }

    /// <summary>
    /// The path of a client program such as <c>psql</c> or <c>pg_dump</c>: beside the server's programs, else on
    /// PATH; null when it is not installed.
    /// </summary>
    /// <param name="program">The program's name without an extension.</param>
    public static string? FindProgram(string program)
    {
        var named = Environment.GetEnvironmentVariable(SandboxOptions.BinVariable);
        var folders = ServerFolders().Where(IsServer).Take(1).Concat(PathFolders());
        if (!string.IsNullOrEmpty(named)) folders = folders.Prepend(named);
        return folders.Select(f => Path.Combine(f, FileName(program))).FirstOrDefault(File.Exists);
    }

    private static bool IsServer(string folder) =>
        ServerPrograms.All(p => File.Exists(Path.Combine(folder, FileName(p))));

    private static IEnumerable<string> ServerFolders()
    {
        foreach (var folder in PathFolders())
        {
            yield return folder;
            // A lone link such as /usr/local/bin/postgres leads to the folder that has the others too.
            var postgres = new FileInfo(Path.Combine(folder, FileName("postgres")));
            if (postgres.Exists && postgres.ResolveLinkTarget(returnFinalTarget: true) is { } target)
                yield return Path.GetDirectoryName(target.FullName)!;
        }

        var config = PathFolders().Select(f => Path.Combine(f, FileName("pg_config"))).FirstOrDefault(File.Exists);
        if (config is not null && ChildProcess.Ask(config, "--bindir") is { } bin) yield return bin;
        foreach (var folder in InstalledFolders()) yield return folder;
    }

    private static IEnumerable<string> InstalledFolders()
    {
        if (OperatingSystem.IsWindows())
        {
            var programs = Environment.GetFolderPath(Environment.SpecialFolder.ProgramFiles);
            return Versions(Path.Combine(programs, "PostgreSQL"), "*");
        }

        return
        [
            .. Versions("/usr/lib/postgresql", "*"), // Debian, Ubuntu
            .. Versions("/usr", "pgsql-*"), // the PostgreSQL project's own RPMs
            .. Versions("/usr/libexec", "postgresql*"), // Alpine
            .. Versions("/opt/homebrew/opt", "postgresql@*"),
            .. Versions("/usr/local/opt", "postgresql@*"),
            .. Versions("/Applications/Postgres.app/Contents/Versions", "*"),
            "/usr/local/pgsql/bin",
        ];
    }

    /// <summary>The folders below a parent that has one per major version, the newest first.</summary>
    internal static IEnumerable<string> Versions(string parent, string pattern)
    {
        if (!Directory.Exists(parent)) return [];
        return Directory.GetDirectories(parent, pattern)
            .OrderByDescending(MajorVersion)
            .SelectMany(f => new[] { Path.Combine(f, "bin"), f });
    }

    private static double MajorVersion(string folder)
    {
        var digits = Path.GetFileName(folder).SkipWhile(c => !char.IsAsciiDigit(c)).TakeWhile(c => char.IsAsciiDigit(c) || c == '.');
        return double.TryParse(string.Concat(digits), CultureInfo.InvariantCulture, out var version) ? version : 0;
    }

    private static string[] PathFolders() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static string FileName(string program) => OperatingSystem.IsWindows() ? program + ".exe" : program;
}
