using Xunit;

namespace Ingest.Testing;

/// <summary>Where the repository and the test corpora are.</summary>
public static class Repository
{
    /// <summary>The folder that holds Ingest.sln.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>A path below the root.</summary>
    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    /// <summary>
    /// A path below the corpora, which lie beside the repository in <c>shared/corpora</c> and are no part of it.
    /// Skips the test when they are absent.
    /// </summary>
    public static string Corpus(params string[] parts)
    {
        var path = Path.Combine([Root, "..", "shared", "corpora", .. parts]);
        Skip.IfNot(Path.Exists(path), $"the corpus {string.Join('/', parts)} is not beside the repository");
        return Path.GetFullPath(path);
    }

    /// <summary>Whether a corpus is there, for theories that enumerate its files.</summary>
    public static bool HasCorpus(string name) => Directory.Exists(Path.Combine(Root, "..", "shared", "corpora", name));

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Ingest.sln"))) return folder.FullName;
        }

        throw new DirectoryNotFoundException($"no Ingest.sln above {AppContext.BaseDirectory}");
    }
}
