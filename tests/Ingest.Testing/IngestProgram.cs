namespace Ingest.Testing;

/// <summary>The program that tests start as a child process.</summary>
public static class IngestProgram
{
    /// <summary>What its command line begins with; arguments follow.</summary>
    public static IReadOnlyList<string> Command { get; } =
        Environment.GetEnvironmentVariable("INGEST_PROGRAM") is { Length: > 0 } published
            ? [.. Interruptible.Command, published]
            : [.. Interruptible.Command, "dotnet", "exec", Built()];

    /// <summary>The one in the output folder of its own project, of the configuration that the tests were built in.</summary>
    private static string Built()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        return Repository.PathOf("src", "Ingest.Cli", "bin", folder.Parent!.Name, folder.Name, "ingest.dll");
    }
}
