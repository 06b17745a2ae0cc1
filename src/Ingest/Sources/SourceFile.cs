namespace Ingest.Sources;

/// <summary>One source of a run, as the user named it.</summary>
/// <param name="Name">The name for messages and the manifest: the path as given or expanded, or <c>-</c>.</param>
/// <param name="Path">The path to open, or null for standard input.</param>
internal sealed record SourceFile(string Name, string? Path)
{
    /// <summary>Standard input, named <c>-</c>.</summary>
    public static SourceFile Stdin { get; } = new("-", null);

    /// <summary>Whether the bytes come from standard input.</summary>
    public bool IsStdin => Path is null;

    /// <summary>A local file.</summary>
    public static SourceFile Local(string path) => new(path, path);
}
