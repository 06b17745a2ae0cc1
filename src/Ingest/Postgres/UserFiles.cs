namespace Ingest.Postgres;

/// <summary>The small files in a user's home that hold connection settings.</summary>
internal static class UserFiles
{
    /// <summary>A file's path in the home folder (on Windows in %APPDATA%\postgresql), or null when there is no home.</summary>
    public static string? InHome(IReadOnlyDictionary<string, string> env, string unixName, string windowsName)
    {
        if (OperatingSystem.IsWindows())
            return env.TryGetValue("APPDATA", out var data) ? Path.Combine(data, "postgresql", windowsName) : null;
        return env.TryGetValue("HOME", out var home) && home.Length > 0 ? Path.Combine(home, unixName) : null;
    }

    /// <summary>The lines of a file.</summary>
    /// <exception cref="PlanException">It cannot be read.</exception>
    public static string[] ReadLines(string what, string file)
    {
        try
        {
            return File.ReadAllLines(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw DsnMessages.FileUnreadable(what, file, e);
        }
    }
}
