namespace Ingest.Sources;

/// <summary>One source of a run, as the user named it.</summary>
/// <param name="Name">The name for messages and the manifest: the path as given or expanded, or <c>-</c>.</param>
/// <param name="Path">The path to open, or null for standard input.</param>
/// <param name="StandardInput">Opens the bytes of standard input; null where there are none.</param>
internal sealed record SourceFile(string Name, string? Path, Func<Stream>? StandardInput = null)
{
    /// <summary>Standard input, named <c>-</c>.</summary>
    public static SourceFile Stdin(Func<Stream>? open) => new("-", null, open);

    /// <summary>Whether the bytes come from standard input.</summary>
    public bool IsStdin => Path is null;

    /// <summary>A local file.</summary>
    public static SourceFile Local(string path) => new(path, path);
}
