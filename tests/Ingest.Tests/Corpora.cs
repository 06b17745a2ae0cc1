namespace Ingest.Tests;

/// <summary>Files of other projects beside the repository; tests that use them are skipped where they are missing.</summary>
internal static class Corpora
{
    /// <summary>The path of a corpus file; skips the test when it is not there.</summary>
    public static string File(params string[] parts)
    {
        var path = Path.Combine([Root ?? "", .. parts]);
        Skip.If(Root is null || !Path.Exists(path), "the corpora are not beside the repository");
        return path;
    }

    private static string? Root { get; } = FindRoot();

    private static string? FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (System.IO.File.Exists(Path.Combine(folder.FullName, "Ingest.sln")) && folder.Parent is { } parent)
                return Path.Combine(parent.FullName, "shared", "corpora");
        }
        return null;
    }
}
